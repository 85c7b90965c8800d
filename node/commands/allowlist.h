// The commands that this node's own file allows, by label. Nothing that comes over a link adds to
// them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "node/commands/command.h"

namespace picket::v1 {
class Commands;
}

namespace picket::node {

inline constexpr const char* kAllowlistPath = "/etc/picket/commands.toml";

using Allowlist = std::map<std::string, Command, std::less<>>;

struct LoadedAllowlist {
  Allowlist commands;               // none of them if anything is wrong
  std::vector<std::string> errors;  // "FILE:LINE: KEY: what was expected"
};

/// What the text of such a file says. Pure.
LoadedAllowlist parse_allowlist(std::string_view file_name, std::string_view text);

/// What the file at `path` says, if nobody but root can have written it. No file is no error, and
/// no commands.
LoadedAllowlist read_allowlist(const std::string& path);

/// What is wrong with what the file's commands name: users, and programs that others than root can
/// have written. Takes as long as do those who know users and hold programs: for ever, perhaps.
std::vector<std::string> check_named(const Allowlist& commands, const std::string& path);

/// Both.
LoadedAllowlist load_allowlist(const std::string& path);

/// What others may know of the commands: never what is run, as whom, with which environment.
v1::Commands published(const Allowlist& commands);

}  // namespace picket::node
