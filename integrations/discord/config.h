// The configuration of picket-discord, /etc/picket/discord.toml.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "integrations/bridge/common_config.h"
#include "integrations/discord/message_embeds.h"

namespace picket::discord {

inline constexpr std::string_view kConfigPath = "/etc/picket/discord.toml";

/// A section [webhooks.NAME].
struct WebhookConfig {
  std::string name;
  std::string url_file;            // empty: systemd's credential discord-NAME
  std::vector<std::string> rules;  // by name, those that hold for it; none: all
  Beside beside;
};

struct DiscordConfig {
  bridge::CommonConfig common{
      .state_folder = "/var/lib/picket-discord", .time_zone = {}, .rules = {}};
  std::string ca_file;  // empty: the machine's
  std::vector<WebhookConfig> webhooks;

  static constexpr std::string_view kSection = "webhooks";
  /// After the rules, whose names they use.
  void read_section(const config::TomlNode& section, config::FileErrors& errors);
  std::string print_section() const;
};

config::Description describe(DiscordConfig& config);

/// The rules of one webhook, in their order.
delivery::RuleBook rules_of(const DiscordConfig& config, const WebhookConfig& webhook);

}  // namespace picket::discord
