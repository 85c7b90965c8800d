#include <cstdio>

#include "node/cli/commands.h"

namespace picket::node {

std::optional<NodeConfig> load_or_complain(const ConfigChoice& choice) {
  const auto missing = choice.given ? config::IfMissing::kError : config::IfMissing::kDefaults;
  auto loaded = load_config(choice.path, missing);
  if (!choice.log_level.empty()) {
    const auto level = log::parse_level(choice.log_level);
    if (level) {
      loaded.config.log_level = *level;
    } else {
      loaded.errors.push_back("--log-level: " + level.error());
    }
  }
  for (const auto& error : loaded.errors) std::fprintf(stderr, "%s\n", error.c_str());
  if (!loaded.errors.empty()) return std::nullopt;
  return std::move(loaded.config);
}

int check_config(const ConfigChoice& choice, bool print) {
  const auto config = load_or_complain(choice);
  if (!config) return 2;
  if (print) {
    std::fputs(print_effective(*config).c_str(), stdout);
  } else {
    std::printf("%s: ok\n", choice.path.c_str());
  }
  return 0;
}

}  // namespace picket::node
