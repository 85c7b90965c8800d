#include "hub/cli/load.h"

#include "common/text.h"
#include "hub/io/access_lookup.h"

namespace picket::hub {

namespace {

config::Loaded<HubConfig> load_all(const ConfigChoice& choice, config::IfMissing if_missing) {
  auto loaded = config::load<HubConfig>(choice, if_missing);
  auto& [config, errors] = loaded;
  if (!choice.socket.empty()) {
    config::override_by("--socket", config.socket, config::socket_path().parse(choice.socket),
                        errors);
  }
  if (!choice.listen.empty()) config.listen.clear();
  for (const auto& address : choice.listen) {
    config::override_by("--listen", config.listen.emplace_back(), parse_listen_address(address),
                        errors);
  }
  return loaded;
}

}  // namespace

std::optional<HubConfig> load_or_complain(const ConfigChoice& choice,
                                          config::IfMissing if_missing) {
  return config::or_complain(load_all(choice, if_missing));
}

std::optional<HubConfig> load_or_complain(const ConfigChoice& choice) {
  return load_or_complain(choice, choice.if_missing());
}

config::Loaded<HubConfig> load_checked(const ConfigChoice& choice) {
  auto loaded = load_all(choice, choice.if_missing());
  for (const auto& unknown : unknown_names(loaded.config)) {
    loaded.errors.push_back(choice.path + ": " + escape_for_terminal(unknown));
  }
  return loaded;
}

std::optional<HubConfig> check_or_complain(const ConfigChoice& choice) {
  return config::or_complain(load_checked(choice));
}

}  // namespace picket::hub
