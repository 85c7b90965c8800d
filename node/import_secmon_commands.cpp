#include "node/import_secmon_commands.h"

#include <set>
#include <utility>

#include "common/command_label.h"
#include "common/config.h"
#include "common/limits.h"
#include "common/text.h"
#include "common/utf8.h"
#include "node/commands/command.h"

namespace picket::node {
namespace {

constexpr const char* kBeginning =
    "# Imported from secmon's list of commands. Look at each: who runs it and what it may do is "
    "new.\n"
    "# `picket-node check-commands` says what is wrong with this file.\n"
    "# user: secmon ran all as its node's own user. Choose one who may do less where that will "
    "do.\n"
    "# timeout: unless one is given here, 10 minutes.\n";

// Braces would be parameters.
std::string as_argument(std::string_view word) {
  std::string text;
  for (const char c : word) {
    text += c;
    if (c == '{' || c == '}') text += c;
  }
  return text;
}

std::string as_label(std::string_view name) {
  std::string label;
  for (const char c : name.substr(0, limits::kCommandNameBytesMax))
    label += is_command_label(std::string("x") + c) ? c : '-';
  if (is_command_label(label)) return label;
  return !label.empty() && is_command_label('x' + label) ? 'x' + label : "command";
}

class Import {
 public:
  void read_line(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return;
    if (line.find('\0') != std::string_view::npos)
      return leave_out(line, "there is a NUL in this line");
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return leave_out(line, "there is no = in this line");
    const std::string_view name = line.substr(0, equals);
    if (!names_.emplace(name).second)
      return leave_out(line, "this label stands above already, which counts");
    const auto words = shell_words(line.substr(equals + 1));
    if (!words) return leave_out(line, "a quote isn't closed");
    if (words->empty()) return leave_out(line, "there is no command");
    if (!is_plain_path(words->front()))
      return leave_out(line,
                       "the program must be given by its absolute path (command -v finds it)");
    add(name, *words);
  }
  std::string take() { return std::move(text_); }

 private:
  void leave_out(std::string_view line, const std::string& why) {
    text_ += "\n# Left out: " + why + ":\n#   " + escape_for_terminal(to_valid_utf8(line)) + '\n';
  }

  void add(std::string_view name, std::vector<std::string> words) {
    std::string label = as_label(name);
    while (!labels_.insert(label).second)
      label = label.substr(0, limits::kCommandNameBytesMax - 2) + "-2";
    for (std::string& word : words) word = as_argument(to_valid_utf8(word));
    text_ += "\n[commands." + config::to_toml(config::Value(label)) + "]\n";
    if (label != name)
      text_ += "# It was called: " + escape_for_terminal(to_valid_utf8(name)) + '\n';
    text_ += "argv = " + config::to_toml(config::Value(std::move(words))) + "\nuser = \"root\"\n";
  }

  std::string text_ = kBeginning;
  std::set<std::string, std::less<>> names_;
  std::set<std::string> labels_;
};

}  // namespace

std::string import_secmon_commands(std::string_view text) {
  Import import;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    import.read_line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return import.take();
}

std::optional<std::vector<std::string>> shell_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool begun = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    constexpr std::string_view kEscapedInQuotes = "$`\"\\";
    if (quote == 0 && (c == ' ' || c == '\t')) {
      if (std::exchange(begun, false)) words.push_back(std::exchange(word, {}));
      continue;
    }
    begun = true;
    if (c == '\\' &&
        (quote == 0 || (quote == '"' && kEscapedInQuotes.find(next) != std::string_view::npos))) {
      if (next == '\0') return std::nullopt;
      word += next;
      ++i;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote && quote != 0) {
      quote = 0;
    } else {
      word += c;
    }
  }
  if (quote != 0) return std::nullopt;
  if (begun) words.push_back(std::move(word));
  return words;
}

}  // namespace picket::node
