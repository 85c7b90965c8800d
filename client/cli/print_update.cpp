// Updates as lines of `watch`.
#include <cstdint>

#include "client/cli/print.h"
#include "client/lib/time_text.h"
#include "client/words/update_words.h"
#include "client/words/words.h"
#include "common/text.h"

namespace picket::cli {
namespace {

constexpr std::size_t kNodeWidth = 12;  // longer names push the rest of their line to the right

Colour colour_of(const v1::Update& update) {
  if (!update.has_event()) return Colour::kDim;
  const std::string& kind = update.event().kind();
  if (kind == "session.opened" || kind == "node.connected" || kind == "collector.recovered") {
    return Colour::kGreen;
  }
  if (kind == "ssh.accepted" || kind == "login.opened" || kind == "su.opened") {
    return Colour::kGreen;
  }
  if (update.event().has_auth()) {
    const bool bad = kind.ends_with(".failed") || kind == "auth.forgery_attempt";
    return bad ? Colour::kRed : Colour::kNone;
  }
  if (kind == "wg.peer_active") return Colour::kGreen;
  if (kind == "session.closed" || kind == "wg.peer_idle" || update.event().has_local())
    return Colour::kNone;
  if (kind == "node.clock_right") return Colour::kGreen;
  if (kind == "hub.started" || kind == "node.booted" || kind == "node.reboot_required" ||
      kind == "node.clock_wrong") {
    return Colour::kYellow;
  }
  return Colour::kRed;
}

}  // namespace

std::string to_line(const v1::Update& update, WallTime now, const Screen& screen) {
  const int64_t at = update.at_unix_ns() != 0 ? update.at_unix_ns() : update.received_unix_ns();
  std::string node = update.node().empty() ? "(hub)" : words::outside_text(update.node());
  const std::size_t width = display_width(node);
  if (width < kNodeWidth) node.append(kNodeWidth - width, ' ');
  return client::local_time_of_day(from_unix_ns(at), now) + "  " + node + "  " +
         coloured(words::update_words(update), colour_of(update), screen) + "\n";
}

std::string to_line(const v1::Missed& missed) {
  const std::string of =
      missed.node().empty() ? "the updates" : "updates of " + words::outside_text(missed.node());
  return "missed: " + of + " from seq " + std::to_string(missed.first_seq()) + " to " +
         std::to_string(missed.last_seq()) + ": " +
         (missed.reason().empty() ? "no reason given" : words::reason_words(missed.reason())) +
         "\n";
}

}  // namespace picket::cli
