#include "integrations/telegram/bot/core/confirmations.h"

#include <utility>

#include "integrations/telegram/bot/core/bot_limits.h"

namespace picket::telegram::bot {
namespace {

std::string hex(std::uint64_t number) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(number >> shift) & 0xfU];
  return text;
}

}  // namespace

Confirmations::Confirmations(const Clock& clock, Deadlines& deadlines, Backoff::Random random)
    : clock_(clock), deadlines_(deadlines), random_(std::move(random)) {}

Confirmations::~Confirmations() {
  for (const auto& [token, waiting] : pending_)
    if (waiting.end) deadlines_.cancel(*waiting.end);
}

std::string Confirmations::new_token() {
  const std::string first = hex(random_());
  return first + hex(random_());
}

std::optional<std::string> Confirmations::add(Pending pending, std::optional<Nanoseconds> within) {
  if (pending_.size() == kConfirmationsMax) return std::nullopt;
  std::string token = new_token();
  Waiting waiting{.pending = std::move(pending), .end = {}, .end_at = {}, .end_by_wall = {}};
  if (within) {
    waiting.end_at = clock_.steady() + *within;
    waiting.end_by_wall = clock_.wall() + *within;
    waiting.end = deadlines_.at(clock_.steady() + *within, [this, token] {
      const auto expired = pending_.extract(token);
      expired.mapped().pending.on_expired();
    });
  }
  pending_.emplace(token, std::move(waiting));
  return token;
}

void Confirmations::withdraw(const std::string& token) {
  const auto gone = pending_.extract(token);
  if (!gone.empty() && gone.mapped().end) deadlines_.cancel(*gone.mapped().end);
}

Confirmations::Verdict Confirmations::press(std::int64_t user_id, const std::string& data) {
  const auto found = data.empty() ? pending_.end() : pending_.find(data.substr(1));
  if (found == pending_.end()) return Verdict::kExpired;
  if (found->second.pending.user_id != user_id) return Verdict::kOfSomebodyElse;
  const Waiting& waiting = found->second;
  if (waiting.end_at &&
      (clock_.steady() >= *waiting.end_at || clock_.wall() >= *waiting.end_by_wall))
    return Verdict::kExpired;  // its deadline says so where it was shown
  const Pending pressed = waiting.pending;
  withdraw(data.substr(1));
  (data.front() == 'y' ? pressed.on_yes : pressed.on_no)();
  return Verdict::kDone;
}

}  // namespace picket::telegram::bot
