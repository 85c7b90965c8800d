#include "hub/cli/load.h"

#include <cstdio>

namespace picket::hub {
namespace {

template <typename T>
void set(T& field, Result<T> parsed, const char* option, std::vector<std::string>& errors) {
  if (parsed) {
    field = *std::move(parsed);
  } else {
    errors.push_back(std::string(option) + ": " + parsed.error());
  }
}

}  // namespace

std::optional<HubConfig> load_or_complain(const ConfigChoice& choice,
                                          config::IfMissing if_missing) {
  auto loaded = load_config(choice.path, if_missing);
  if (!choice.log_level.empty()) {
    set(loaded.config.log_level, log::parse_level(choice.log_level), "--log-level", loaded.errors);
  }
  if (!choice.socket.empty()) {
    set(loaded.config.socket, config::socket_path().parse(choice.socket), "--socket",
        loaded.errors);
  }
  if (!choice.listen.empty()) loaded.config.listen.clear();
  for (const auto& address : choice.listen) {
    set(loaded.config.listen.emplace_back(), parse_host_port(address), "--listen", loaded.errors);
  }
  for (const auto& error : loaded.errors) std::fprintf(stderr, "%s\n", error.c_str());
  if (!loaded.errors.empty()) return std::nullopt;
  return std::move(loaded.config);
}

std::optional<HubConfig> load_or_complain(const ConfigChoice& choice) {
  return load_or_complain(choice,
                          choice.given ? config::IfMissing::kError : config::IfMissing::kDefaults);
}

}  // namespace picket::hub
