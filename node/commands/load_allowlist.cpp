#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "common/limits.h"
#include "common/trusted_path.h"
#include "node/commands/allowlist.h"

namespace picket::node {
namespace {

// Asks for the groups too, though nobody wants them yet: what libraries that takes are loaded now,
// and not by each process that becomes the user.
bool is_user(const std::string& name) {
  const passwd* user = ::getpwnam(name.c_str());
  if (user == nullptr) return false;
  int count = 0;
  (void)::getgrouplist(name.c_str(), user->pw_gid, nullptr, &count);
  return true;
}

void check(const Command& command, const std::string& file, std::vector<std::string>& errors) {
  const std::string where =
      file + ':' + std::to_string(command.line) + ": commands." + command.label + '.';
  const auto program = open_program(command.program());
  if (!program) errors.push_back(where + "argv: " + program.error());
  if (!is_user(command.user)) errors.push_back(where + "user: there is no user " + command.user);
}

}  // namespace

LoadedAllowlist load_allowlist(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return {};
  const auto text = read_trusted(path, limits::kCommandsFileBytesMax);
  if (!text) return {{}, {text.error()}};
  LoadedAllowlist loaded = parse_allowlist(path, *text);
  for (const auto& [label, command] : loaded.commands) check(command, path, loaded.errors);
  if (!loaded.errors.empty()) loaded.commands.clear();
  return loaded;
}

}  // namespace picket::node
