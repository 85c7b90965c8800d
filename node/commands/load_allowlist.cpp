#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "common/limits.h"
#include "common/trusted_path.h"
#include "node/commands/allowlist.h"

namespace picket::node {
namespace {

void check(const Command& command, const std::string& file, std::vector<std::string>& errors) {
  const std::string where =
      file + ':' + std::to_string(command.line) + ": commands." + command.label + '.';
  const auto program = open_program(command.program());
  if (!program) errors.push_back(where + "argv: " + program.error());
  if (::getpwnam(command.user.c_str()) == nullptr)
    errors.push_back(where + "user: there is no user " + command.user);
}

}  // namespace

LoadedAllowlist read_allowlist(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return {};
  const auto text = read_trusted(path, limits::kCommandsFileBytesMax);
  if (!text) return {{}, {text.error()}};
  LoadedAllowlist loaded = parse_allowlist(path, *text);
  if (!loaded.errors.empty()) loaded.commands.clear();
  return loaded;
}

std::vector<std::string> check_named(const Allowlist& commands, const std::string& path) {
  std::vector<std::string> errors;
  for (const auto& [label, command] : commands) check(command, path, errors);
  return errors;
}

LoadedAllowlist load_allowlist(const std::string& path) {
  LoadedAllowlist loaded = read_allowlist(path);
  for (std::string& error : check_named(loaded.commands, path))
    loaded.errors.push_back(std::move(error));
  if (!loaded.errors.empty()) loaded.commands.clear();
  return loaded;
}

}  // namespace picket::node
