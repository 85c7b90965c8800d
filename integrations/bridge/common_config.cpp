#include "integrations/bridge/common_config.h"

#include <sys/stat.h>

namespace picket::bridge {
namespace {

// glibc takes an unknown zone for UTC, without a word.
config::Codec<std::string> zone() {
  const std::string what = "a time zone like \"Europe/Berlin\"";
  const auto parse = [what](std::string_view text) -> Result<std::string> {
    struct stat status{};
    const std::string path = "/usr/share/zoneinfo/" + std::string(text);
    const bool is_name = text.find("..") == std::string_view::npos && !text.starts_with("/");
    if (text.empty() || (is_name && ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)))
      return std::string(text);
    return Error{"expected " + what + ", found \"" + std::string(text) + '"'};
  };
  return {what, parse, [](const std::string& text) { return text; }};
}

}  // namespace

config::Codec<std::string> path_or_nothing() {
  auto path = config::absolute_path();
  const auto parse = [path](std::string_view text) -> Result<std::string> {
    return text.empty() ? Result<std::string>(std::string()) : path.parse(text);
  };
  return {path.what, parse, path.print};
}

void describe_common(config::Description& keys, CommonConfig& config) {
  keys.text("socket", config.socket, config::socket_path(), "The hub's socket.");
  keys.text("state_folder", config.state_folder, config::absolute_path(),
            "Where it is kept how far messages were told.");
  keys.text("time_zone", config.time_zone, zone(),
            "Times in messages, like \"Europe/Berlin\"; empty: as this machine's.");
  keys.level("log_level", config.log_level, "error, warn, info or debug");
}

std::string example_rules() {
  std::string text =
      "\n# Networks whose logins a rule can tell from others, by source = \"known\" or "
      "\"unknown\".\n"
      "#known_sources = [\"10.8.0.0/24\"]\n"
      "\n# What is worth a message: the first rule that fits decides; what no rule fits is not "
      "told.\n"
      "# A rule fits by all that it names: kinds, nodes and users (globs), sources (networks),\n"
      "# source (\"known\", \"unknown\"), verified (\"yes\", \"no\"), hours (\"22:00-06:00\").\n"
      "# With send = false it is told to nobody. With burst.count = 5 it is told when 5 came\n"
      "# burst.within = \"30s\", by = \"source\", \"node\", \"user\" or \"rule\", and then for\n"
      "# burst.again_after = \"5m\" only counted. A file without rules has these:\n";
  std::string rules = delivery::to_toml(delivery::RuleBook{});
  for (std::size_t at = 0; at < rules.size();) {
    const std::size_t end = rules.find('\n', at);
    const std::string line = rules.substr(at, end - at);
    text += line.empty() ? "\n" : "#" + line + "\n";
    at = end + 1;
  }
  return text;
}

}  // namespace picket::bridge
