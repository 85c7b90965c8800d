#include <string_view>

#include "common/cli_docs/completion.h"

namespace picket::cli_docs {
namespace {

// What is printed elsewhere is never expanded: `compgen -W` would run what a word says.
std::string add_nodes() {
  return "mapfile -t -O \"${#words[@]}\" words < <(" + std::string(kNodeNames) + ")";
}

constexpr std::string_view kAddFiles =
    "mapfile -t -O \"${#words[@]}\" words < <(compgen -f -- \"$word\")";

std::string fill(const OptionDoc& option) {
  if (option.takes == Takes::kFile) return std::string(kAddFiles);
  if (option.takes == Takes::kNode) return add_nodes();
  std::string words = "words=(";
  for (const std::string& choice : option.choices)
    words += (&choice == &option.choices.front() ? "" : " ") + in_quotes(choice);
  return words + ")";
}

// What may stand behind an option: of the program's own options wherever they are.
std::string value_cases(const VerbDoc& verb) {
  const std::string path =
      verb.path.empty() ? "*" + in_quotes(":") : in_quotes(" " + verb.path + ":");
  std::string cases;
  for (const auto& option : verb.options) {
    if (option.takes == Takes::kNothing) continue;
    for (const std::string& name : option.names)
      cases += "    " + path + in_quotes(name) + ") " + fill(option) + " ;;\n";
  }
  return cases;
}

std::string word_case(const std::vector<VerbDoc>& verbs, const VerbDoc& verb) {
  std::string words;
  for (const auto& below : verb.verbs) words += " " + below;
  for (const auto& option : options_at(verbs, verb)) {
    for (const std::string& name : option.names) words += " " + name;
  }
  std::string fills = "words=(" + words.substr(words.empty() ? 0 : 1) + ")";
  for (const auto& positional : verb.positionals) {
    if (positional.takes == Takes::kNode) fills += "; " + add_nodes();
    if (positional.takes == Takes::kFile) fills += "; " + std::string(kAddFiles);
  }
  return "    " + in_quotes(verb.path.empty() ? "" : " " + verb.path) + ":*) " + fills + " ;;\n";
}

}  // namespace

std::string bash_completion(const std::string& program, const std::vector<VerbDoc>& verbs) {
  const std::string name = function_name(program);
  std::string paths;
  std::string values;
  std::string words;
  for (const auto& verb : verbs) {
    if (!verb.path.empty()) paths += (paths.empty() ? "" : " | ") + in_quotes(" " + verb.path);
    values += value_cases(verb);
    words += word_case(verbs, verb);
  }
  std::string script =
      "# bash completion of " + program + "\n" + name + "() {\n" +
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
      "  local path='' at words=()\n";
  if (!paths.empty()) {
    script +=
        "  for ((at = 1; at < COMP_CWORD; at++)); do\n"
        "    case \"$path ${COMP_WORDS[at]}\" in\n      " +
        paths +
        ") path+=\" ${COMP_WORDS[at]}\" ;;\n"
        "    esac\n"
        "  done\n";
  }
  return script + "  case \"$path:$before\" in\n" + values + words +
         "  esac\n"
         "  COMPREPLY=()\n"
         "  for at in \"${words[@]}\"; do\n"
         "    [[ $at != \"$word\"* ]] || COMPREPLY+=(\"$(printf %q \"$at\")\")\n"
         "  done\n"
         "}\n"
         "complete -F " +
         name + " " + program + "\n";
}

}  // namespace picket::cli_docs
