#include <string_view>

#include "common/cli_docs/completion.h"

namespace picket::cli_docs {
namespace {

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

std::string values_of(const OptionDoc& option) {
  switch (option.takes) {
    case Takes::kNothing: return {};
    case Takes::kText: return " -x";
    case Takes::kFile: return " -r -F";
    case Takes::kNode: return " -x -a " + in_quotes("(" + std::string(kNodeNames) + ")");
    case Takes::kChoice: break;
  }
  std::string words;
  for (const std::string& choice : option.choices) words += (words.empty() ? "" : " ") + choice;
  return " -x -a " + in_quotes(words);
}

std::string option_line(const std::string& begin, const OptionDoc& option) {
  std::string line = begin;
  for (const std::string& name : option.names)
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  return line + values_of(option) + " -d " + in_quotes(first_line(option.summary)) + "\n";
}

}  // namespace

std::string fish_completion(const std::string& program, const std::vector<VerbDoc>& verbs) {
  const std::string name = "_" + function_name(program);
  std::string paths;
  for (const auto& verb : verbs) {
    if (!verb.path.empty()) paths += " " + in_quotes(" " + verb.path);
  }
  std::string script = "# fish completion of " + program + "\nfunction " + name +
                       "_at\n  set -l path ''\n"
                       "  for word in (commandline -opc)[2..]\n"
                       "    if contains -- \"$path $word\"" +
                       paths +
                       "\n      set path \"$path $word\"\n    end\n  end\n"
                       "  test \"$path\" = \"$argv[1]\"\nend\ncomplete -c " +
                       program + " -f\n";
  for (const auto& verb : verbs) {
    const std::string path = verb.path.empty() ? "" : " " + verb.path;
    std::string condition = name;
    condition.append("_at \"").append(path).append("\"");
    const std::string begin = "complete -c " + program + " -n " + in_quotes(condition);
    for (const auto& below : verbs) {
      const std::string above = verb.path.empty() ? "" : verb.path + " ";
      const bool is_next = below.path.size() > above.size() && below.path.starts_with(above) &&
                           below.path.find(' ', above.size()) == std::string::npos;
      if (is_next)
        script += begin + " -a " + in_quotes(below.path.substr(above.size())) + " -d " +
                  in_quotes(first_line(below.summary)) + "\n";
    }
    for (const auto& option : options_at(verbs, verb)) script += option_line(begin, option);
    for (const auto& positional : verb.positionals) {
      if (positional.takes == Takes::kNode)
        script += begin + " -a " + in_quotes("(" + std::string(kNodeNames) + ")") + "\n";
      if (positional.takes == Takes::kFile) script += begin + " -F\n";
    }
  }
  return script;
}

}  // namespace picket::cli_docs
