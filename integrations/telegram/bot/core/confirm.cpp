#include "integrations/telegram/bot/core/confirm.h"

#include <memory>
#include <utility>

#include "integrations/telegram/bot/core/bot_limits.h"

namespace picket::telegram::bot {
namespace {

using Decided = std::function<void(std::int64_t message_id)>;

/// The message that asks; what was decided waits until it is known which that is.
struct Prompt {
  std::int64_t message_id = 0;  // 0: not there yet
  Decided decided;

  void decide(Decided what) {
    if (message_id != 0) return what(message_id);
    decided = std::move(what);
  }
  void on_there(std::int64_t id) {
    message_id = id;
    if (decided) std::exchange(decided, {})(id);
  }
};

Decided showing(Desk& desk, std::int64_t chat_id, Line line) {
  return [&desk, chat_id, line = std::move(line)](std::int64_t message_id) {
    desk.edits.show(chat_id, message_id, [html = to_html(line)] { return Shown{html, {}}; });
  };
}

}  // namespace

void confirm(Desk& desk, const Ask& ask, Question question) {
  const auto prompt = std::make_shared<Prompt>();
  const std::int64_t chat_id = ask.spot.chat_id;
  const std::string what = question.line.text;
  Confirmations::Pending pending;
  pending.user_id = ask.user.id;
  // Where the chat took the question and didn't say so, its number may come much later.
  pending.on_yes = [&desk, ask, prompt, chat_id, what, on_yes = question.on_yes] {
    prompt->decide(
        [&desk, ask, chat_id, what, on_yes, at = desk.clock.steady()](std::int64_t message_id) {
          if (desk.clock.steady() - at <= kConfirmWithin) return on_yes(message_id);
          tell(desk, ask, "not confirmed");
          showing(desk, chat_id, {"⌛", "", what + " Not done: it took too long."})(message_id);
        });
  };
  pending.on_no = [&desk, ask, prompt, chat_id, what] {
    tell(desk, ask, "declined");
    prompt->decide(showing(desk, chat_id, {"✖️", "", what + " Not done."}));
  };
  pending.on_expired = [&desk, ask, prompt, chat_id, what] {
    tell(desk, ask, "not confirmed");
    prompt->decide(showing(desk, chat_id, {"⌛", "", what + " Not confirmed in time: not done."}));
  };
  const auto token = desk.confirmations.add(std::move(pending), kConfirmWithin);
  if (!token) return refuse(desk, ask, {"", "", "too much waits to be confirmed; try again later"});
  const Line terms{
      "", "", "Only you can confirm it, within " + std::to_string(kConfirmWithin.count()) + " s."};
  std::string html = to_html(question.line) + "\n";
  for (const Line& line : question.more) html += to_html(line) + "\n";
  desk.speaker.say({.to = ask.spot,
                    .html = html + to_html(terms),
                    .keyboard = {{{question.yes, Confirmations::yes(*token)},
                                  {"No", Confirmations::no(*token)}}}},
                   [prompt](std::int64_t message_id) { prompt->on_there(message_id); });
}

}  // namespace picket::telegram::bot
