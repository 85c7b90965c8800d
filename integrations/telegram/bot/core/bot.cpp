#include "integrations/telegram/bot/core/bot.h"

#include <utility>

#include "client/lib/time_text.h"
#include "common/text.h"
#include "integrations/telegram/bot/core/bot_limits.h"

namespace picket::telegram::bot {
namespace {

const std::string kButton = "press a button";

bool is_private(const Chat& chat) { return chat.type == "private"; }

Spot spot_of(const ChatMessage& message) {
  return {.chat_id = message.chat.id, .reply_to = is_private(message.chat) ? 0 : message.id};
}

}  // namespace

Bot::Bot(BotParts parts, Settings settings)
    : parts_(std::move(parts)),
      settings_(std::move(settings)),
      questions_(parts_.hub),
      speaker_(parts_.chats, parts_.clock, parts_.deadlines, parts_.observer, parts_.random),
      edits_(parts_.chats, parts_.clock, parts_.deadlines, parts_.observer, parts_.random),
      confirmations_(parts_.clock, parts_.deadlines, parts_.random),
      runs_({parts_.clock, parts_.deadlines, parts_.hub, questions_, edits_, speaker_,
             confirmations_, parts_.store, parts_.observer, parts_.random}),
      desk_{parts_.clock,   settings_, questions_,     speaker_,       edits_,
            confirmations_, runs_,     parts_.notices, parts_.observer},
      strangers_(kStrangersLoggedPerMinute) {}

void Bot::on_update(const Update& update) {
  if (update.message) on_message(*update.message);
  if (update.callback_query) on_press(*update.callback_query);
}

bool Bot::knows(const User& user, std::int64_t chat_id) {
  if (settings_.users.contains(user.id)) return true;
  if (const auto left_out = strangers_.take(parts_.clock.steady()))
    parts_.observer.on_stranger(user, chat_id, *left_out);
  return false;
}

// In a group others talk, and to other bots.
bool Bot::is_for_us(const Chat& chat, const Order& order) const {
  if (!order.bot.empty()) return !name_.empty() && is_same_name(order.bot, name_);
  return is_private(chat);
}

void Bot::on_message(const ChatMessage& message) {
  const auto order = read_order(message.text);
  const bool is_group = !is_private(message.chat);
  if (is_group && (!order || !is_for_us(message.chat, *order))) return;
  if (!message.from || !knows(*message.from, message.chat.id)) return;
  if (!order) {
    if (!message.text.empty()) speaker_.say(spot_of(message), "send /help for what is understood");
    return;
  }
  if (is_for_us(message.chat, *order)) obey(message, *order);
}

void Bot::obey(const ChatMessage& message, const Order& order) {
  Ask ask{*message.from, spot_of(message), {}, order_for_log(order.verb, {})};
  const auto age = std::chrono::duration_cast<Seconds>(parts_.clock.wall() - message.at);
  const std::string shown = "/" + escape_for_terminal(order.verb);
  if (age > kOrderAgeMax)
    return refuse(desk_, ask,
                  {"⌛", shown,
                   "was not done: it came " + client::rough_duration(age) +
                       " after it was sent. Send it again if it is still meant."});
  if (age < -kOrderAgeMax)
    return refuse(
        desk_, ask,
        {"⌛", shown,
         "was not done: by this machine's clock it was sent in the future, so that nobody "
         "knows how old it is"});
  const Verb* verb = find_verb(order.verb == "start" ? "help" : order.verb);
  if (verb == nullptr) return refuse(desk_, ask, {"", shown, "is unknown; send /help"});
  if (!may(settings_.users.at(message.from->id), verb->role))
    return refuse(desk_, ask, {"⛔", shown, "is not for you: it needs the role run"});
  auto words = split_words(order.rest);
  if (!words) return refuse(desk_, ask, {"⚠️", shown, words.error()});
  ask.what = order_for_log(order.verb, *words);
  if (words->size() < verb->words_min || words->size() > verb->words_max)
    return refuse(desk_, ask, {"⚠️", "", "expected " + usage_of(*verb)});
  ask.words = *std::move(words);
  verb->run(desk_, ask);
}

void Bot::on_press(const CallbackQuery& press) {
  const std::int64_t chat_id = press.message ? press.message->chat.id : 0;
  if (!knows(press.from, chat_id)) return;
  const auto refuse_press = [&](const std::string& text) {
    parts_.chats.answer_press(press.id, text);
    parts_.observer.on_order({press.from, chat_id, kButton, "refused", text});
  };
  switch (confirmations_.press(press.from.id, press.data)) {
    case Confirmations::Verdict::kDone: return parts_.chats.answer_press(press.id, "");
    case Confirmations::Verdict::kOfSomebodyElse:
      return refuse_press("Only who asked can press this.");
    case Confirmations::Verdict::kExpired: return refuse_press("This button has expired.");
  }
}

std::vector<Command> menu() {
  std::vector<Command> commands;
  for (const Verb& verb : verbs()) {
    std::string about(verb.words);
    if (!about.empty()) about += ": ";
    about += verb.about;
    commands.push_back({std::string(verb.name), about});
  }
  return commands;
}

}  // namespace picket::telegram::bot
