// The configuration of picket-telegram, /etc/picket/telegram.toml.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "integrations/bridge/common_config.h"
#include "integrations/telegram/bot/core/settings.h"

namespace picket::telegram {

inline constexpr std::string_view kConfigPath = "/etc/picket/telegram.toml";
inline constexpr std::string_view kTokenCredential = "telegram-token";

/// "123456789", of a group "-1001234567890", of one of its topics "-1001234567890/7"
struct Recipient {
  int64_t id = 0;
  int64_t thread_id = 0;  // 0: none

  bool operator==(const Recipient&) const = default;
};

Result<Recipient> parse_recipient(std::string_view text);
std::string to_string(const Recipient& chat);

struct TelegramConfig {
  bridge::CommonConfig common{
      .state_folder = "/var/lib/picket-telegram", .time_zone = {}, .rules = {}};
  std::string token_file;  // empty: systemd's credential
  std::vector<Recipient> chats;
  bool silent = false;
  std::string api_url = "https://api.telegram.org";
  std::string ca_file;  // empty: the machine's
  bot::Settings bot;    // without users there is no bot

  static constexpr std::string_view kSection = "users";
  void read_section(const config::TomlNode& section, config::FileErrors& errors);
  std::string print_section() const;
};

config::Description describe(TelegramConfig& config);

}  // namespace picket::telegram
