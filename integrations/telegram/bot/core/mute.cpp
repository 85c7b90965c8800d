// The verb that keeps a chat quiet.
#include "client/lib/time_text.h"
#include "common/text.h"
#include "common/units.h"
#include "integrations/telegram/bot/core/bot_limits.h"
#include "integrations/telegram/bot/core/confirm.h"
#include "integrations/telegram/bot/core/verbs.h"

namespace picket::telegram::bot {
namespace {

constexpr std::size_t kWhatBytesMax = 64;

struct Quiet {
  std::optional<Milliseconds> how_long;  // nothing: "off"
  std::string what;
};

Result<Quiet> read_quiet(const Ask& ask) {
  const std::string what = ask.words.size() > 1 ? ask.words[1] : "";
  if (what.size() > kWhatBytesMax)
    return Error{"expected at most " + std::to_string(kWhatBytesMax) + " bytes of a node or kind"};
  if (ask.words[0] == "off") {
    if (!what.empty()) return Error{"expected nothing after off: it ends all of this chat's mutes"};
    return Quiet{};
  }
  const auto how_long = parse_duration(ask.words[0]);
  if (!how_long) return Error{escape_for_terminal(how_long.error())};
  if (*how_long < Seconds(1) || *how_long > kMuteMax)
    return Error{"expected 1s to " + print_duration(kMuteMax) + ", or off"};
  return Quiet{*how_long, what};
}

std::string about_words(const Quiet& quiet) {
  return quiet.what.empty() ? "anything" : escape_for_terminal(quiet.what);
}

std::string question(const Quiet& quiet) {
  if (!quiet.how_long) return "End all mutes of this chat, and tell what they counted?";
  return "No notices about " + about_words(quiet) + " in this chat for " +
         print_duration(*quiet.how_long) +
         "? They are counted and told together then; forgeries are always told.";
}

// The time runs from when it was confirmed.
Line obey(Desk& desk, const Spot& spot, const Quiet& quiet) {
  std::optional<delivery::Mute> mute;
  if (quiet.how_long) mute = delivery::Mute{desk.clock.wall() + *quiet.how_long, quiet.what};
  if (auto muted = desk.notices.mute(spot.chat_id, mute); !muted)
    return {"⚠️", "", "not done: " + muted.error()};
  if (!mute) return {"🔔", "", "nothing is muted in this chat any more"};
  return {"🔕", "",
          "no notices about " + about_words(quiet) + " until " +
              client::local_time_of_day(mute->until, desk.clock.wall())};
}

}  // namespace

void mute_chat(Desk& desk, const Ask& ask) {
  const auto quiet = read_quiet(ask);
  if (!quiet) return desk.speaker.say(ask.spot, {{"⚠️", "", quiet.error()}});
  confirm(desk, ask,
          {.line = {"❓", "", question(*quiet)},
           .yes = quiet->how_long ? "Mute" : "End them",
           .on_yes = [&desk, quiet = *quiet, spot = ask.spot](std::int64_t message_id) {
             const std::string html = to_html(obey(desk, spot, quiet));
             desk.edits.show(spot.chat_id, message_id, [html] { return Shown{html, {}}; });
           }});
}

}  // namespace picket::telegram::bot
