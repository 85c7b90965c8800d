#include "common/cli_docs/completion.h"

#include <algorithm>

namespace picket::cli_docs {

std::string function_name(const std::string& program) {
  std::string name = "_" + program;
  std::ranges::replace(name, '-', '_');
  return name;
}

// A quote within quotes: end them, an escaped one, begin anew. Of fish this is true as well.
std::string in_quotes(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c == '\n' ? ' ' : c;
    }
  }
  return result + "'";
}

std::vector<OptionDoc> options_at(const std::vector<VerbDoc>& verbs, const VerbDoc& verb) {
  std::vector<OptionDoc> options = verb.options;
  for (const auto& above : verbs) {
    const bool is_above = above.path.empty() || verb.path.starts_with(above.path + " ");
    if (!is_above || above.path == verb.path) continue;
    for (const auto& option : above.options) {
      const bool is_own = option.names.back() == "--help" || option.names.back() == "--version";
      if (!is_own) options.push_back(option);
    }
  }
  return options;
}

}  // namespace picket::cli_docs
