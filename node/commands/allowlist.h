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

/// The file at `path`, if nobody but root can have written it, and if what it names is there:
/// users, and programs that nobody but root can have written. No file is no error, and no commands.
LoadedAllowlist load_allowlist(const std::string& path);

/// What others may know of the commands: never what is run, as whom, with which environment.
v1::Commands published(const Allowlist& commands);

}  // namespace picket::node
