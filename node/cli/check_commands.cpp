#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "common/text.h"
#include "node/cli/commands.h"
#include "node/commands/allowlist.h"

namespace picket::node {
namespace {

struct RuleWords {
  std::string operator()(const OneOf& rule) const {
    std::string words;
    for (const std::string& value : rule.values) words += (words.empty() ? "" : "|") + value;
    return words;
  }
  std::string operator()(const Matching& rule) const { return '/' + rule.pattern.text() + '/'; }
  std::string operator()(const WholeNumber& rule) const {
    return std::to_string(rule.min) + ".." + std::to_string(rule.max);
  }
  std::string operator()(const PathUnder& rule) const { return rule.folder + "/..."; }
};

// As it is called: label, then its parameters; those with a default in brackets.
std::string synopsis(const Command& command) {
  std::string text = command.label;
  for (const Parameter& parameter : command.parameters) {
    const std::string words = parameter.name + '=' + std::visit(RuleWords{}, parameter.rule);
    text += parameter.default_value ? " [" + words + ']' : ' ' + words;
  }
  return text;
}

}  // namespace

int check_commands(const std::string& named) {
  const std::string file = std::filesystem::absolute(named).lexically_normal().string();
  if (::access(file.c_str(), F_OK) != 0) {
    std::fprintf(stderr, "%s: there is no such file, so nothing may be run here\n",
                 escape_for_terminal(file).c_str());
    return 2;
  }
  const LoadedAllowlist loaded = load_allowlist(file);
  for (const std::string& error : loaded.errors)
    std::fprintf(stderr, "%s\n", escape_for_terminal(error).c_str());
  if (!loaded.errors.empty()) return 2;
  for (const auto& [label, command] : loaded.commands) {
    std::printf("%s\n", escape_for_terminal(synopsis(command)).c_str());
    if (!command.description.empty())
      std::printf("    %s\n", escape_for_terminal(command.description).c_str());
  }
  std::printf("%s: ok\n", escape_for_terminal(file).c_str());
  return 0;
}

}  // namespace picket::node
