// The Bot API's JSON as objects. What lacks what it must have reads as nothing.
#pragma once

#include <optional>
#include <vector>

#include "integrations/http/answer_json.h"
#include "integrations/telegram/objects.h"

namespace picket::telegram {

std::optional<User> read_user(const http::Json& json);
std::optional<ChatMessage> read_message(const http::Json& json);
/// Every element that has an id, so that each can be told as seen and none comes for ever.
std::vector<Update> read_updates(const http::Json& json);

}  // namespace picket::telegram
