#include "integrations/telegram/bot/api_chats.h"

#include <utility>

namespace picket::telegram::bot {
namespace {

Said said_of(const Failure& failure) {
  Said said{.kind = Said::Kind::kLater,
            .message_id = 0,
            .retry_after = failure.retry_after,
            .why = failure.why};
  const bool is_hopeless =
      failure.kind == Failure::Kind::kRefused || failure.kind == Failure::Kind::kChat;
  if (is_hopeless) said.kind = Said::Kind::kRefused;
  return said;
}

Api::Done<ChatMessage> telling(Chats::Done done) {
  return [done = std::move(done)](const Answer<ChatMessage>& sent) {
    if (!sent) return done(said_of(sent.failure()));
    Said said;
    said.message_id = sent->id;
    done(said);
  };
}

}  // namespace

void ApiChats::send(const Note& note, Done done) {
  Place place{.chat_id = note.to.chat_id, .thread_id = {}, .reply_to = {}, .silent = false};
  if (note.to.reply_to != 0) place.reply_to = note.to.reply_to;
  if (note.file_name.empty()) {
    api_.send_message(place, note.html, note.keyboard, telling(std::move(done)));
  } else {
    api_.send_document(place, {note.file_name, note.file, note.html}, telling(std::move(done)));
  }
}

void ApiChats::edit(std::int64_t chat_id, std::int64_t message_id, const std::string& html,
                    const Keyboard& keyboard, Done done) {
  api_.edit_message_text(chat_id, message_id, html, keyboard,
                         [done = std::move(done)](const Answer<bool>& edited) {
                           done(edited ? Said{} : said_of(edited.failure()));
                         });
}

// Whoever pressed sees it or doesn't; nothing depends on it.
void ApiChats::answer_press(const std::string& query_id, const std::string& text) {
  api_.answer_callback_query(query_id, text, !text.empty(), [](const Answer<bool>&) {});
}

}  // namespace picket::telegram::bot
