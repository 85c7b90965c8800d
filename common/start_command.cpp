#include "common/start_command.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace picket {

std::string start_command(const std::string& program, const std::string& folder,
                          const std::string& config) {
  std::string by_hand = config.empty() ? program : program + " --config " + config;
  struct stat status{};
  if (stat(folder.c_str(), &status) != 0 || status.st_uid == getuid()) return by_hand;
  const bool is_under_systemd = access("/run/systemd/system", F_OK) == 0;
  if (is_under_systemd && config.empty()) return "sudo systemctl enable --now " + program;
  const passwd* owner = getpwuid(status.st_uid);
  if (owner == nullptr) return by_hand;
  return "sudo runuser -u " + std::string(owner->pw_name) + " -- " + by_hand;
}

}  // namespace picket
