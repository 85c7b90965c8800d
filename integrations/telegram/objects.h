// The Bot API's objects, as far as the bridge has a use for them. Texts are outside texts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"

namespace picket::telegram {

struct User {
  std::int64_t id = 0;
  bool is_bot = false;
  std::string first_name;
  std::string username;  // without "@"; empty: none
};

struct Chat {
  std::int64_t id = 0;
  std::string type;  // "private", "group", "supergroup", "channel"
  std::string title;
};

struct ChatMessage {
  std::int64_t id = 0;
  Chat chat;
  std::optional<User> from;  // nobody: a channel's
  WallTime at;
  std::string text;
};

/// A button was pressed.
struct CallbackQuery {
  std::string id;
  User from;
  std::optional<ChatMessage> message;  // which the button is at; none if that is too old
  std::string data;
};

/// Those of other kinds have neither.
struct Update {
  std::int64_t id = 0;
  std::optional<ChatMessage> message;
  std::optional<CallbackQuery> callback_query;
};

/// Beneath a message. `data` comes back when it is pressed: 1 to 64 bytes.
struct Button {
  std::string text;
  std::string data;
};
using Keyboard = std::vector<std::vector<Button>>;  // rows

/// A line of the menu.
struct Command {
  std::string name;  // 1 to 32 of a-z, 0-9, _
  std::string description;
};

}  // namespace picket::telegram
