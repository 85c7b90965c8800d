#include "node/collectors/session_idle.h"

#include <sys/stat.h>

#include <algorithm>
#include <string>

#include "node/collectors/small_file.h"

namespace picket::node {

std::optional<Milliseconds> terminal_idle(const std::filesystem::path& root, std::string_view tty,
                                          WallTime now) {
  if (tty.empty() || tty.find("..") != std::string_view::npos) return {};
  struct stat status{};
  const std::string path = below(root, "/dev").string() + "/" + std::string(tty);
  if (stat(path.c_str(), &status) != 0) return {};
  const WallTime typed(Seconds(status.st_atim.tv_sec) + Nanoseconds(status.st_atim.tv_nsec));
  return std::max(Milliseconds(0), std::chrono::duration_cast<Milliseconds>(now - typed));
}

}  // namespace picket::node
