#include "hub/cli/load.h"

namespace picket::hub {

std::optional<HubConfig> load_or_complain(const ConfigChoice& choice,
                                          config::IfMissing if_missing) {
  auto loaded = config::load<HubConfig>(choice, if_missing);
  auto& [config, errors] = loaded;
  if (!choice.socket.empty()) {
    config::override_by("--socket", config.socket, config::socket_path().parse(choice.socket),
                        errors);
  }
  if (!choice.listen.empty()) config.listen.clear();
  for (const auto& address : choice.listen) {
    config::override_by("--listen", config.listen.emplace_back(), parse_host_port(address), errors);
  }
  return config::or_complain(std::move(loaded));
}

std::optional<HubConfig> load_or_complain(const ConfigChoice& choice) {
  return load_or_complain(choice, choice.if_missing());
}

}  // namespace picket::hub
