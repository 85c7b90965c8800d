#include "integrations/telegram/config.h"

#include <charconv>
#include <optional>

namespace picket::telegram {
namespace {

constexpr std::size_t kUsersMax = 100;

std::optional<int64_t> parse_number(std::string_view text) {
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number == 0) return std::nullopt;
  return number;
}

std::optional<bot::Role> read_role(const config::TomlNode& entry) {
  const auto* text = std::get_if<std::string>(&entry.value);
  if (text == nullptr) return std::nullopt;
  if (*text == "observe") return bot::Role::kObserve;
  if (*text == "run") return bot::Role::kRun;
  return std::nullopt;
}

config::Codec<Recipient> recipient() {
  return {"a chat's number like \"123456789\", of a group \"-1001234567890\"", parse_recipient,
          [](const Recipient& value) { return to_string(value); }};
}

config::Codec<std::string> https_url() {
  const std::string what = "an address that begins with https://";
  const auto parse = [what](std::string_view text) -> Result<std::string> {
    if (text.starts_with("https://") && text.find_first_of(" \t\"'?#") == std::string_view::npos &&
        !text.ends_with("/"))
      return std::string(text);
    return Error{"expected " + what + ", without / at its end"};
  };
  return {what, parse, [](const std::string& text) { return text; }};
}

}  // namespace

Result<Recipient> parse_recipient(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto id = parse_number(text.substr(0, slash));
  const auto thread = slash == std::string_view::npos ? std::optional<int64_t>(0)
                                                      : parse_number(text.substr(slash + 1));
  if (id && thread && *thread >= 0) return Recipient{.id = *id, .thread_id = *thread};
  return Error{"expected a chat's number like \"123456789\" or \"-1001234567890/7\", found \"" +
               std::string(text) + '"'};
}

void TelegramConfig::read_section(const config::TomlNode& section, config::FileErrors& errors) {
  if (!section.is_table || section.entries.size() > kUsersMax)
    return errors.add(section.key_line, section.key,
                      "expected a section [users] of at most " + std::to_string(kUsersMax));
  for (const config::TomlNode& entry : section.entries) {
    const auto id = parse_number(entry.key);
    const auto role = read_role(entry);
    if (id && *id > 0 && role) {
      bot.users.emplace(*id, *role);
    } else {
      errors.add(entry.key_line, "users." + entry.key,
                 "expected a user's number and a role, like 123456789 = \"run\" or \"observe\"");
    }
  }
}

std::string TelegramConfig::print_section() const {
  std::string text = bot.users.empty() ? "" : "\n[users]\n";
  for (const auto& [id, role] : bot.users)
    text += std::to_string(id) + (role == bot::Role::kRun ? " = \"run\"\n" : " = \"observe\"\n");
  return text;
}

std::string to_string(const Recipient& chat) {
  return std::to_string(chat.id) +
         (chat.thread_id == 0 ? "" : "/" + std::to_string(chat.thread_id));
}

config::Description describe(TelegramConfig& config) {
  config::Description keys(
      "Configuration of picket-telegram, /etc/picket/telegram.toml. Values that stand here with #\n"
      "are those that hold without them.\n"
      "\n"
      "With users there is a bot, which answers them in private chats, and in groups where it is\n"
      "addressed by its name. Numbers of users, with \"observe\" or \"run\"; the latter may also "
      "run\n"
      "commands, end them, and keep notices quiet:\n"
      "  [users]\n"
      "  123456789 = \"run\"");
  bridge::describe_common(keys, config.common);
  keys.text("token_file", config.token_file, bridge::path_or_nothing(),
            "A file that holds the bot's token (from @BotFather), readable by this program alone.\n"
            "Empty: systemd's credential telegram-token.");
  keys.list("chats", config.chats, recipient(),
            "Whom to tell: numbers of chats; a person has to write to the bot first. A topic of a\n"
            "group: \"-1001234567890/7\".");
  keys.boolean("silent", config.silent, "Whether messages come without a sound.");
  keys.text("api_url", config.api_url, https_url(),
            "Where the Bot API is: Telegram's own, or a server of one's own.");
  keys.text("ca_file", config.ca_file, bridge::path_or_nothing(),
            "Whom to trust to be that; empty: the certificates of this machine.");
  keys.list(
      "commands", config.bot.commands, config::any_text(),
      "What may be run by the bot, as globs over labels; it is a second allowlist before the\n"
      "nodes' own: what is not listed here is not run, whoever asks.");
  return keys;
}

}  // namespace picket::telegram
