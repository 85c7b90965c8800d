// Scripts that complete a program's command line in a shell: verbs, options, their choices, files,
// and the names of nodes, which the running hub is asked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/cli_docs/verbs.h"

namespace picket::cli_docs {

/// What prints the names of all nodes, one a line, and nothing on stderr.
inline constexpr std::string_view kNodeNames = "picket nodes --names 2>/dev/null";

std::string bash_completion(const std::string& program, const std::vector<VerbDoc>& verbs);
std::string zsh_completion(const std::string& program, const std::vector<VerbDoc>& verbs);
std::string fish_completion(const std::string& program, const std::vector<VerbDoc>& verbs);

/// "_picket_hub" of "picket-hub".
std::string function_name(const std::string& program);
/// In single quotes, as all three shells read them.
std::string in_quotes(std::string_view text);
/// The options of the verb and of all above it, which may follow it as well.
std::vector<OptionDoc> options_at(const std::vector<VerbDoc>& verbs, const VerbDoc& verb);

}  // namespace picket::cli_docs
