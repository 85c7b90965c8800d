#include "integrations/telegram/read_objects.h"

#include <algorithm>

namespace picket::telegram {
namespace {

// So that the one after it is a number too; Telegram's have 32 bits.
constexpr std::int64_t kUpdateIdMax = std::int64_t{1} << 52;

using http::integer_of;
using http::Json;
using http::member;
using http::text_of;

std::optional<Chat> read_chat(const Json& json) {
  const auto id = integer_of(member(json, "id"));
  if (!id) return std::nullopt;
  return Chat{*id, text_of(member(json, "type")), text_of(member(json, "title"))};
}

WallTime read_time(const Json& json) {
  constexpr std::int64_t kSecondsMax = INT64_MAX / 2 / 1'000'000'000;
  const std::int64_t seconds = integer_of(json).value_or(0);
  return WallTime(Seconds(std::clamp<std::int64_t>(seconds, 0, kSecondsMax)));
}

std::optional<CallbackQuery> read_callback_query(const Json& json) {
  const std::string id = text_of(member(json, "id"));
  auto from = read_user(member(json, "from"));
  if (id.empty() || !from) return std::nullopt;
  return CallbackQuery{id, *std::move(from), read_message(member(json, "message")),
                       text_of(member(json, "data"))};
}

}  // namespace

std::optional<User> read_user(const Json& json) {
  const auto id = integer_of(member(json, "id"));
  if (!id) return std::nullopt;
  const Json& is_bot = member(json, "is_bot");
  return User{*id, is_bot.is_boolean() && is_bot.get<bool>(), text_of(member(json, "first_name")),
              text_of(member(json, "username"))};
}

std::optional<ChatMessage> read_message(const Json& json) {
  const auto id = integer_of(member(json, "message_id"));
  auto chat = read_chat(member(json, "chat"));
  if (!id || !chat) return std::nullopt;
  return ChatMessage{*id, *std::move(chat), read_user(member(json, "from")),
                     read_time(member(json, "date")), text_of(member(json, "text"))};
}

std::vector<Update> read_updates(const Json& json) {
  std::vector<Update> updates;
  if (!json.is_array()) return updates;
  for (const Json& one : json) {
    const auto id = integer_of(member(one, "update_id"));
    if (!id || *id < 0 || *id > kUpdateIdMax) continue;
    updates.push_back({*id, read_message(member(one, "message")),
                       read_callback_query(member(one, "callback_query"))});
  }
  return updates;
}

}  // namespace picket::telegram
