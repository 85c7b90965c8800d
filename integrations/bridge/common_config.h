// What the configurations of all bridges share; the rules beside it are integrations/delivery's.
#pragma once

#include <concepts>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "common/config.h"
#include "common/config_cli.h"
#include "common/toml_tree.h"
#include "integrations/delivery/rules_file.h"

namespace picket::bridge {

struct CommonConfig {
  std::string socket = "/run/picket/hub.sock";
  std::string state_folder;
  std::string time_zone;  // empty: the machine's
  log::Level log_level = log::Level::kInfo;
  delivery::RuleBook rules;
};

/// Binds the keys that all have; rules are read by load().
void describe_common(config::Description& keys, CommonConfig& config);

/// An absolute path, or an empty text.
config::Codec<std::string> path_or_nothing();

/// What stands in an example file about rules, after the described keys.
std::string example_rules();

/// A configuration with sections beside its described keys: `kSection`, read by read_section().
template <typename Config>
concept HasSection =
    requires(Config& config, const config::TomlNode& node, config::FileErrors& errors) {
      { Config::kSection } -> std::convertible_to<std::string_view>;
      config.read_section(node, errors);
    };

/// All keys with their values, and the rules.
template <typename Config>
std::string effective(Config config) {
  std::string text = describe(config).effective() + delivery::to_toml(config.common.rules);
  if constexpr (HasSection<Config>) text += config.print_section();
  return text;
}

/// A configuration with a member `common`, by its `Description describe(Config&)`, and its rules.
template <typename Config>
config::Loaded<Config> load(const config::Choice& choice) {
  config::Loaded<Config> loaded;
  const auto text = config::read_file(choice.path, choice.if_missing());
  if (!text) {
    loaded.errors.push_back(text.error());
    return loaded;
  }
  config::FileErrors errors(choice.path);
  if (const auto root = config::parse_toml(*text, errors)) {
    std::vector<std::string_view> elsewhere(std::begin(delivery::kRulesKeys),
                                            std::end(delivery::kRulesKeys));
    if constexpr (HasSection<Config>) elsewhere.push_back(Config::kSection);
    describe(loaded.config).read_table(*root, "", elsewhere, errors);
    loaded.config.common.rules = delivery::read_rules(*root, errors);
    if constexpr (HasSection<Config>) {
      if (const auto* section = root->find(Config::kSection))
        loaded.config.read_section(*section, errors);
    }
  }
  loaded.errors = errors.lines();
  if (!choice.log_level.empty())
    config::override_by("--log-level", loaded.config.common.log_level,
                        log::parse_level(choice.log_level), loaded.errors);
  return loaded;
}

}  // namespace picket::bridge
