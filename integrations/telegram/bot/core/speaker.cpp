#include "integrations/telegram/bot/core/speaker.h"

#include <utility>

#include "integrations/telegram/bot/core/bot_limits.h"

namespace picket::telegram::bot {

Speaker::Speaker(Chats& chats, const Clock& clock, Deadlines& deadlines, Observer& observer,
                 Backoff::Random random)
    : chats_(chats),
      clock_(clock),
      deadlines_(deadlines),
      observer_(observer),
      random_(std::move(random)) {}

Speaker::~Speaker() {
  for (const auto& [chat_id, talk] : talks_)
    if (talk.again) deadlines_.cancel(*talk.again);
}

void Speaker::say(Note note, OnThere on_there) {
  const std::int64_t chat_id = note.to.chat_id;
  if (waiting_ == kNotesWaitingMax)
    return observer_.on_unsaid(chat_id, "too much waits to be said");
  ++waiting_;
  auto [talk, is_new] =
      talks_.try_emplace(chat_id, Talk{.waiting = {}, .again = {}, .backoff = Backoff(random_)});
  talk->second.waiting.push_back({std::move(note), std::move(on_there), clock_.steady() + kSayFor});
  if (is_new) say_next(chat_id);
}

void Speaker::say(Spot to, const std::vector<Line>& lines, const std::string& file_name) {
  const std::vector<std::string> pages = pages_of(lines);
  for (const auto& page : pages) say({.to = to, .html = page});
  if (!pages.empty() || lines.empty()) return;
  say({.to = to,
       .html = to_html({"", "", std::to_string(lines.size()) + " lines"}),
       .file_name = file_name,
       .file = text_of(lines)});
}

void Speaker::say_next(std::int64_t chat_id) {
  chats_.send(talks_.at(chat_id).waiting.front().note,
              [this, chat_id](const Said& said) { on_said(chat_id, said); });
}

void Speaker::on_said(std::int64_t chat_id, const Said& said) {
  Talk& talk = talks_.at(chat_id);
  const SteadyTime now = clock_.steady();
  if (said.kind == Said::Kind::kLater && now < talk.waiting.front().give_up_at) {
    const auto pause = said.retry_after > Milliseconds(0) ? said.retry_after : talk.backoff.next();
    talk.again = deadlines_.at(now + pause, [this, chat_id] {
      talks_.at(chat_id).again.reset();
      say_next(chat_id);
    });
    return;
  }
  talk.backoff.reset();
  const Waiting over = std::move(talk.waiting.front());
  talk.waiting.pop_front();
  --waiting_;
  if (talk.waiting.empty()) {
    talks_.erase(chat_id);
  } else {
    say_next(chat_id);
  }
  if (said.kind != Said::Kind::kDone) return observer_.on_unsaid(chat_id, said.why);
  if (over.on_there) over.on_there(said.message_id);
}

}  // namespace picket::telegram::bot
