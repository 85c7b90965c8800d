#include "node/import_secmon.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "common/address.h"
#include "common/text.h"

namespace picket::node {
namespace {

// Blanks separate; quotes keep them together, as systemd and a shell read it.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool begun = false;
  for (const char c : text) {
    if (quote == 0 && (c == ' ' || c == '\t' || c == '\r')) {
      if (std::exchange(begun, false)) words.push_back(std::exchange(word, {}));
      continue;
    }
    begun = true;
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      word += c;
    }
  }
  if (begun) words.push_back(std::move(word));
  return words;
}

class Import {
 public:
  void read(std::string_view text) {
    while (!text.empty()) {
      ++line_;
      const std::size_t end = text.find('\n');
      read_line(text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

  ImportedSecmon take() {
    if (!sources_) {
      notes_.emplace_back(
          "no line starts secmon's node (ExecStart=... node who wg auth): all that can be watched "
          "is watched");
    }
    if (!errors_.empty()) return {{}, std::move(notes_), std::move(errors_)};
    return {config(), std::move(notes_), {}};
  }

 private:
  void read_line(std::string_view line) {
    auto words = words_of(line);
    if (words.empty() || words[0].starts_with('#') || words[0].starts_with(';')) return;
    constexpr std::string_view kEnvironment = "Environment=";
    constexpr std::string_view kStart = "ExecStart=";
    if (words[0] == "export") words.erase(words.begin());
    if (words.empty()) return;
    if (words[0].starts_with(kStart)) return read_start(words);
    const bool is_unit = words[0].starts_with(kEnvironment);
    if (is_unit) words[0].erase(0, kEnvironment.size());
    for (const std::string& word : words) {
      const std::size_t equals = word.find('=');
      if (equals == std::string::npos) return;  // "[Service]"
      read_variable(word.substr(0, equals), word.substr(equals + 1));
      if (!is_unit) return;
    }
  }

  // SM4: words in any order; those that are not known mean nothing.
  void read_start(const std::vector<std::string>& words) {
    std::set<std::string> given(words.begin() + 1, words.end());
    if (!given.contains("node")) return;
    sources_ = std::move(given);
    if (!sources_->contains("--reconnect"))
      notes_.emplace_back(
          "without --reconnect secmon ended with its link; picket-node connects "
          "again, for as long as it runs");
  }

  void read_variable(const std::string& name, const std::string& value) {
    if (name == "HUB_IP") {
      if (is_ip_address(value)) {
        hub_.host = value;
      } else {
        fail(name, "expected an IP address, found \"" + value + '"');
      }
    } else if (name == "HUB_PORT") {
      const auto [end, error] =
          std::from_chars(value.data(), value.data() + value.size(), hub_.port);
      if (error != std::errc() || end != value.data() + value.size() || value.empty())
        fail(name, "expected a port, 0 to 65535, found \"" + value + '"');
    } else if (name == "COMMAND_ALLOWLIST_FILE") {
      note(name, "see picket-node import-secmon --commands " + value);
    } else if (name == "COMMAND_EXECUTE_TIMEOUT") {
      note(name, "each command has its own time-out in commands.toml");
    } else if (name == "BIND_IP" || name == "BIND_PORT" || name == "DISCONNECT_GRACE_PERIOD" ||
               name == "ASSUME_HOSTNAME_UNIQUE") {
      note(name, "it is the hub's: see hub.toml");
    }
  }

  void note(const std::string& name, const std::string& what) {
    notes_.push_back(std::to_string(line_) + ": " + name + ": " + what);
  }
  void fail(const std::string& name, const std::string& what) {
    errors_.push_back(std::to_string(line_) + ": " + name + ": " + escape_for_terminal(what));
  }

  std::string config() const {
    return "# Imported from secmon's environment.\n"
           "# The hub's address; picket-node join learns it as well.\n"
           "hub = [\"" +
           to_string(hub_) + "\"]\n" + section("auth_log", "auth") + section("sessions", "who") +
           section("wireguard", "wg");
  }
  std::string section(const std::string& name, const std::string& word) const {
    const bool enabled = !sources_ || sources_->contains(word);
    return "\n[" + name + "]\nenabled = " + (enabled ? "true" : "false") + "\n";
  }

  std::size_t line_ = 0;
  HostPort hub_{"127.0.0.1", kDefaultPort};
  std::optional<std::set<std::string>> sources_;  // the words of its command line
  std::vector<std::string> notes_;
  std::vector<std::string> errors_;
};

}  // namespace

ImportedSecmon import_secmon(std::string_view text) {
  Import import;
  import.read(text);
  return import.take();
}

}  // namespace picket::node
