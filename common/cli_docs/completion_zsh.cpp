#include <string_view>

#include "common/cli_docs/completion.h"

namespace picket::cli_docs {
namespace {

// _describe takes "word:what it is"; a colon within the word has a backslash before it.
std::string described(std::string_view word, std::string_view summary) {
  std::string text;
  for (const char c : word) text += c == ':' ? std::string("\\:") : std::string(1, c);
  return " " + in_quotes(text + ":" + std::string(summary.substr(0, summary.find('\n'))));
}

std::string nodes() { return "choices+=(${(f)\"$(" + std::string(kNodeNames) + ")\"})"; }

std::string fill(const OptionDoc& option) {
  if (option.takes == Takes::kFile) return "_files; return";
  if (option.takes == Takes::kNode) return nodes();
  if (option.takes == Takes::kText) return "return";
  std::string words = "choices=(";
  for (const std::string& choice : option.choices) words += described(choice, option.summary);
  return words + ")";
}

std::string summary_of(const std::vector<VerbDoc>& verbs, const std::string& path) {
  for (const auto& verb : verbs) {
    if (verb.path == path) return verb.summary;
  }
  return {};
}

std::string words_at(const std::vector<VerbDoc>& verbs, const VerbDoc& verb) {
  std::string text = "choices=(";
  for (const auto& below : verb.verbs)
    text +=
        described(below, summary_of(verbs, verb.path.empty() ? below : verb.path + " " + below));
  for (const auto& option : options_at(verbs, verb)) {
    for (const std::string& name : option.names) text += described(name, option.summary);
  }
  text += ")";
  for (const auto& positional : verb.positionals) {
    if (positional.takes == Takes::kNode) text += "; " + nodes();
    if (positional.takes == Takes::kFile) text += "; _files";
  }
  return text;
}

}  // namespace

std::string zsh_completion(const std::string& program, const std::vector<VerbDoc>& verbs) {
  const std::string name = function_name(program);
  std::string paths;
  std::string values;
  std::string words;
  for (const auto& verb : verbs) {
    const std::string path = verb.path.empty() ? "" : " " + verb.path;
    if (!path.empty()) paths += (paths.empty() ? "" : "|") + in_quotes(path);
    words += "      " + in_quotes(path) + ") " + words_at(verbs, verb) + " ;;\n";
    for (const auto& option : options_at(verbs, verb)) {
      if (option.takes == Takes::kNothing) continue;
      for (const std::string& each : option.names)
        values += "    " + in_quotes(path + ":" + each) + ") " + fill(option) + " ;;\n";
    }
  }
  // "path" itself is the shell's search path.
  std::string script =
      "#compdef " + program + "\n" + name + "() {\n  local verbs='' word\n  local -a choices\n";
  if (!paths.empty()) {
    script +=
        "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n    case \"$verbs $word\" in\n      (" +
        paths + ") verbs+=\" $word\" ;;\n    esac\n  done\n";
  }
  return script + "  case \"$verbs:${words[CURRENT-1]}\" in\n" + values +
         "    *)\n      case \"$verbs\" in\n" + words +
         "      esac ;;\n  esac\n  _describe -t values value choices\n}\n"
         "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n  " +
         name + " \"$@\"\nelse\n  compdef " + name + " " + program + "\nfi\n";
}

}  // namespace picket::cli_docs
