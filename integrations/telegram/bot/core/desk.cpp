#include "integrations/telegram/bot/core/desk.h"

#include "client/words/words.h"

namespace picket::telegram::bot {

void tell(Desk& desk, const Ask& ask, const std::string& outcome, const std::string& why) {
  desk.observer.on_order({ask.user, ask.spot.chat_id, ask.what, outcome, why});
}

void answer(Desk& desk, const Ask& ask, const std::vector<Line>& lines) {
  desk.speaker.say(ask.spot, lines);
  tell(desk, ask, "done");
}

void refuse(Desk& desk, const Ask& ask, const Line& line) {
  desk.speaker.say(ask.spot, {line});
  tell(desk, ask, "refused", line.strong.empty() ? line.text : line.strong + " " + line.text);
}

void say_failure(Desk& desk, const Ask& ask, const client::Failure& failure) {
  const std::string why = words::outside_text(failure.text);
  desk.speaker.say(ask.spot, {{"⚠️", "", why}});
  tell(desk, ask, "failed", why);
}

}  // namespace picket::telegram::bot
