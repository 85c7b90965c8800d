// secmon's file of commands as an allowlist of ours. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace picket::node {

/// The text of a commands.toml that an administrator then looks through: what can't be taken over
/// stands there as a comment that says what to do. Lines of `text` are LABEL=COMMAND, split at the
/// first =; the first of a label counts.
std::string import_secmon_commands(std::string_view text);

/// Splits by a shell's rules for words: blanks, quotes and backslashes; nothing is expanded.
/// Nothing: a quote isn't closed.
std::optional<std::vector<std::string>> shell_words(std::string_view text);

}  // namespace picket::node
