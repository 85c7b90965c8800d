#include <algorithm>
#include <array>
#include <utility>

#include "common/command_label.h"
#include "common/decode.h"
#include "common/message_shapes.h"
#include "common/toml_tree.h"
#include "node/commands/allowlist.h"
#include "node/commands/parse_parameter.h"
#include "node/commands/safe_text.h"
#include "picket/v1/model.pb.h"

namespace picket::node {
namespace {

using config::Codec;
using config::TomlNode;

constexpr std::array<std::string_view, 1> kReadElsewhere = {"parameters"};

// What root writes here may have several lines: a script for a shell.
Codec<ArgumentTemplate> argument() {
  const auto parse = [](std::string_view text) -> Result<ArgumentTemplate> {
    if (text.find('\0') != std::string_view::npos) return Error{"expected text without NUL"};
    return ArgumentTemplate::parse(text);
  };
  return {"text in quotes", parse, [](const ArgumentTemplate& element) { return element.text(); }};
}

Codec<std::string> checked_text(std::string what, bool (*is_good)(std::string_view)) {
  const auto parse = [what, is_good](std::string_view text) -> Result<std::string> {
    if (is_good(text)) return std::string(text);
    return Error{"expected " + what + ", found \"" + std::string(text) + '"'};
  };
  return {what, parse, [](const std::string& text) { return text; }};
}

bool is_user_name(std::string_view text) {
  return !text.empty() && text.size() <= limits::kCommandNameBytesMax && check_safe_text(text) &&
         text.find_first_of(":/ ") == std::string_view::npos;
}
bool is_folder(std::string_view text) {
  return text == "/" || (is_plain_path(text) && check_safe_text(text));
}
bool is_env_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && std::ranges::all_of(text, fits) &&
         (text.front() < '0' || text.front() > '9');
}
bool is_env_value(std::string_view text) { return text.find('\0') == std::string_view::npos; }

Codec<OnDisconnect> on_disconnect() {
  const auto parse = [](std::string_view text) -> Result<OnDisconnect> {
    if (text == "cancel") return OnDisconnect::kCancel;
    if (text == "continue") return OnDisconnect::kContinue;
    return Error{"expected \"cancel\" or \"continue\", found \"" + std::string(text) + '"'};
  };
  return {R"("cancel" or "continue")", parse, [](OnDisconnect what) {
            return std::string(what == OnDisconnect::kCancel ? "cancel" : "continue");
          }};
}

config::Description describe(Command& command) {
  config::Description keys("");
  keys.text("description", command.description, description_text(), "");
  keys.list("argv", command.argv, argument(), "", config::IfEmpty::kError);
  keys.text("user", command.user, checked_text("the name of a user", is_user_name), "");
  keys.text("cwd", command.cwd, checked_text("the path of a folder", is_folder), "");
  keys.table("env", command.env, checked_text("the name of a variable", is_env_name),
             checked_text("text without NUL", is_env_value), "");
  keys.duration_or_never("timeout", command.timeout, {Milliseconds(1), limits::kCommandTimeoutMax},
                         "");
  keys.size("max_output", command.output_bytes_max, {0, limits::kCommandOutputBytesHighest}, "");
  keys.integer("concurrency", command.concurrency, {1, limits::kCommandConcurrencyMax}, "");
  keys.duration("kill_grace", command.kill_grace, {Milliseconds(0), limits::kCommandKillGraceMax},
                "");
  keys.text("on_disconnect", command.on_disconnect, on_disconnect(), "");
  keys.boolean("read_only", command.read_only, "");
  return keys;
}

class File {
 public:
  explicit File(std::string_view name) : errors_(name) {}

  LoadedAllowlist read(std::string_view text) {
    const auto root = config::parse_toml(text, errors_);
    if (root) read_root(*root);
    const v1::Commands told = published(commands_);
    if (told.ByteSizeLong() > limits::kCommandsPublishedBytesMax ||
        count_elements(told.SerializeAsString(), shapes::kCommands) > limits::kFrameElementsMax / 2)
      errors_.add(1, "", "too much to be published: fewer labels, parameters or choices");
    if (!errors_.empty()) commands_.clear();
    return {std::move(commands_), errors_.lines()};
  }

 private:
  void read_root(const TomlNode& root) {
    for (const TomlNode& entry : root.entries) {
      if (entry.key != "commands")
        errors_.add(entry.key_line, entry.key, "unknown, expected sections [commands.LABEL]");
      else if (!entry.is_table)
        errors_.add(entry.key_line, entry.key, "expected sections [commands.LABEL]");
      else
        read_commands(entry);
    }
  }

  void read_commands(const TomlNode& section) {
    if (section.entries.size() > limits::kCommandsMax)
      errors_.add(section.key_line, section.key,
                  "expected at most " + std::to_string(limits::kCommandsMax) + " of them");
    for (const TomlNode& entry : section.entries) {
      const std::string name = "commands." + entry.key;
      if (!is_command_label(entry.key))
        errors_.add(entry.key_line, name,
                    "expected a label of letters, digits, ., _ and -, at most " +
                        std::to_string(limits::kCommandNameBytesMax) + " bytes");
      else if (!entry.is_table)
        errors_.add(entry.key_line, name, "expected a section [" + name + "]");
      else
        read_command(entry, name);
    }
  }

  void read_command(const TomlNode& section, const std::string& name) {
    Command command;
    command.label = section.key;
    command.line = section.key_line;
    describe(command).read_table(section, name + '.', kReadElsewhere, errors_);
    for (const char* key : {"argv", "user"}) {
      if (section.find(key) == nullptr)
        errors_.add(section.key_line, name, std::string("expected the key ") + key);
    }
    if (const auto* parameters = section.find("parameters"))
      read_parameters(*parameters, name + ".parameters", command);
    if (!command.argv.empty()) check_argv(section, name, command);
    check_env(section, name, command);
    commands_.emplace(command.label, std::move(command));
  }

  void read_parameters(const TomlNode& section, const std::string& name, Command& command) {
    if (!section.is_table) return errors_.add(section.key_line, name, "expected sections");
    if (section.entries.size() > limits::kCommandParametersMax)
      errors_.add(section.key_line, name,
                  "expected at most " + std::to_string(limits::kCommandParametersMax));
    for (const TomlNode& entry : section.entries) {
      const std::string full = name + '.' + entry.key;
      if (!is_parameter_name(entry.key)) {
        errors_.add(entry.key_line, full,
                    "expected a name of lower-case letters, digits, - and _, beginning with a "
                    "letter");
      } else if (!entry.is_table) {
        errors_.add(entry.key_line, full, "expected a section [" + full + "]");
      } else if (auto parameter = parse_parameter(entry, full + '.', errors_)) {
        command.parameters.push_back(*std::move(parameter));
      }
    }
  }

  void check_argv(const TomlNode& section, const std::string& name, const Command& command) {
    const auto fail = [&](const std::string& what) {
      errors_.add(section.find("argv")->line, name + ".argv", what);
    };
    if (command.argv.size() > limits::kCommandArgumentsMax)
      fail("expected at most " + std::to_string(limits::kCommandArgumentsMax) + " elements");
    std::size_t bytes = 0;
    for (const auto& element : command.argv) bytes += element.text().size() + 1;
    if (bytes > limits::kCommandArgvBytesMax)
      fail("expected at most " + std::to_string(limits::kCommandArgvBytesMax) + " bytes");
    if (!command.argv.front().names().empty() || !is_plain_path(command.program()))
      fail("expected the absolute path of a program first, without parameters, found \"" +
           command.argv.front().text() + '"');
    check_names(section, name, command);
  }

  // Each that is needed is declared, and each that is declared is needed.
  void check_names(const TomlNode& section, const std::string& name, const Command& command) {
    std::vector<std::string> used;
    for (const auto& element : command.argv)
      for (const auto& parameter : element.names()) used.push_back(parameter);
    const auto* declared = section.find("parameters");
    for (const std::string& parameter : used) {
      if (declared == nullptr || declared->find(parameter) == nullptr)
        fail_undeclared(section, name, parameter);
    }
    if (declared == nullptr) return;
    for (const TomlNode& entry : declared->entries) {
      if (std::ranges::find(used, entry.key) == used.end())
        errors_.add(entry.key_line, name + ".parameters." + entry.key,
                    "expected {" + entry.key + "} in argv, which does not use it");
    }
  }

  void fail_undeclared(const TomlNode& section, const std::string& name,
                       const std::string& parameter) {
    std::string what = "expected a section [" + name + ".parameters.";
    what.append(parameter).append("] for {").append(parameter).append("}");
    errors_.add(section.find("argv")->line, name + ".argv", what);
  }

  void check_env(const TomlNode& section, const std::string& name, const Command& command) {
    std::size_t bytes = 0;
    for (const auto& [variable, value] : command.env) bytes += variable.size() + value.size() + 2;
    if (command.env.size() > limits::kCommandEnvMax || bytes > limits::kCommandEnvBytesMax)
      errors_.add(section.find("env")->line, name + ".env",
                  "expected at most " + std::to_string(limits::kCommandEnvMax) + " variables and " +
                      std::to_string(limits::kCommandEnvBytesMax) + " bytes");
  }

  config::FileErrors errors_;
  Allowlist commands_;
};

}  // namespace

LoadedAllowlist parse_allowlist(std::string_view file_name, std::string_view text) {
  return File(file_name).read(text);
}

}  // namespace picket::node
