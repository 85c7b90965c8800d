// Verbs about what a chat is quiet about.
#include <utility>

#include "client/lib/time_text.h"
#include "common/text.h"
#include "common/units.h"
#include "integrations/telegram/bot/core/bot_limits.h"
#include "integrations/telegram/bot/core/confirm.h"
#include "integrations/telegram/bot/core/verbs.h"

namespace picket::telegram::bot {
namespace {

constexpr std::size_t kWhatBytesMax = 64;
constexpr char kAnything[] = "*";

struct Quiet {
  std::optional<Milliseconds> how_long;  // nothing: "off"
  std::optional<std::string> what;       // nothing: all mutes that there are; empty: anything
};

Result<Quiet> read_quiet(const Ask& ask) {
  Quiet quiet;
  if (ask.words.size() > 1) quiet.what = ask.words[1] == kAnything ? "" : ask.words[1];
  if (quiet.what.value_or("").size() > kWhatBytesMax)
    return Error{"expected at most " + std::to_string(kWhatBytesMax) + " bytes of a node or kind"};
  if (ask.words[0] == "off") return quiet;
  const auto how_long = parse_duration(ask.words[0]);
  if (!how_long) return Error{escape_for_terminal(how_long.error())};
  if (*how_long < Seconds(1) || *how_long > kMuteMax)
    return Error{"expected 1s to " + print_duration(kMuteMax) + ", or off"};
  quiet.how_long = *how_long;
  if (!quiet.what) quiet.what = "";
  return quiet;
}

std::string about_words(const std::string& what) {
  return what.empty() ? "anything" : escape_for_terminal(what);
}

std::string question(const Quiet& quiet) {
  if (!quiet.what) return "End all mutes of this chat, and tell what they counted?";
  const std::string about = about_words(*quiet.what);
  if (!quiet.how_long) return "Tell about " + about + " again, and what was counted meanwhile?";
  return "No notices about " + about + " in this chat for " + print_duration(*quiet.how_long) +
         "? They are counted and told together then; forgeries are always told.";
}

std::string done_words(const Quiet& quiet, const delivery::MuteOrder& order, WallTime now) {
  if (!quiet.what) return "nothing is muted in this chat any more";
  const std::string about = about_words(*quiet.what);
  if (!order.until) return about + " is not muted in this chat any more";
  return "no notices about " + about + " until " + client::local_time_of_day(*order.until, now);
}

void show(Desk& desk, const Spot& spot, std::int64_t message_id, const Line& line) {
  desk.edits.show(spot.chat_id, message_id, [html = to_html(line)] { return Shown{html, {}}; });
}

// The time runs from when it was confirmed. What is said to be so outlasts the program.
void obey(Desk& desk, const Ask& ask, std::int64_t message_id, const Quiet& quiet) {
  delivery::MuteOrder order{.until = {}, .what = quiet.what};
  if (quiet.how_long) order.until = desk.clock.wall() + *quiet.how_long;
  const std::string mark = quiet.how_long ? "🔕" : "🔔";
  const std::string done = done_words(quiet, order, desk.clock.wall());
  const auto on_saved = [&desk, ask, message_id, mark, done](const Status& saved) {
    tell(desk, ask, saved ? "done" : "done, not saved", saved ? "" : saved.error());
    if (saved) return show(desk, ask.spot, message_id, {mark, "", done});
    show(desk, ask.spot, message_id,
         {"⚠️", "",
          done +
              ", but that can't be saved now, and is lost if the bot is restarted before it is: " +
              escape_for_terminal(saved.error())});
  };
  if (auto muted = desk.notices.mute(ask.spot.chat_id, order, on_saved); !muted) {
    show(desk, ask.spot, message_id, {"⚠️", "", "not done: " + muted.error()});
    tell(desk, ask, "refused", muted.error());
  }
}

Line line_of(const delivery::MuteShown& mute, WallTime now) {
  return {"🔕", mute.what.empty() ? kAnything : escape_for_terminal(mute.what),
          "until " + client::local_time_of_day(mute.until, now) + ", " +
              std::to_string(mute.counted) + " counted so far"};
}

}  // namespace

void mute_chat(Desk& desk, const Ask& ask) {
  if (ask.words.empty()) return tell_mutes(desk, ask);
  const auto quiet = read_quiet(ask);
  if (!quiet) return refuse(desk, ask, {"⚠️", "", quiet.error()});
  confirm(desk, ask,
          {.line = {"❓", "", question(*quiet)},
           .yes = quiet->how_long ? "Mute" : "End it",
           .on_yes = [&desk, ask, quiet = *quiet](std::int64_t message_id) {
             obey(desk, ask, message_id, quiet);
           }});
}

void tell_mutes(Desk& desk, const Ask& ask) {
  const auto mutes = desk.notices.mutes(ask.spot.chat_id);
  if (!mutes) return refuse(desk, ask, {"⚠️", "", mutes.error()});
  if (mutes->empty()) return answer(desk, ask, {{"🔔", "", "nothing is muted here"}});
  Lines lines;
  for (const auto& mute : *mutes) lines.add(line_of(mute, desk.clock.wall()));
  lines.add({"", "", "/mute off WHAT ends one, /mute off all of them."});
  answer(desk, ask, lines.take());
}

}  // namespace picket::telegram::bot
