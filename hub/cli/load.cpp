#include "hub/cli/load.h"

#include <cstdio>

namespace picket::hub {

std::optional<HubConfig> load_or_complain(const ConfigChoice& choice) {
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

}  // namespace picket::hub
