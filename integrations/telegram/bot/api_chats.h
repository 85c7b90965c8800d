// Telegram's chats by its Bot API, as the bot wants them.
#pragma once

#include "integrations/telegram/api.h"
#include "integrations/telegram/bot/core/ports.h"

namespace picket::telegram::bot {

class ApiChats final : public Chats {
 public:
  /// `api` outlives this.
  explicit ApiChats(Api& api) : api_(api) {}

  void send(const Note& note, Done done) override;
  void edit(std::int64_t chat_id, std::int64_t message_id, const std::string& html,
            const Keyboard& keyboard, Done done) override;
  void answer_press(const std::string& query_id, const std::string& text) override;

 private:
  Api& api_;
};

}  // namespace picket::telegram::bot
