#include "node/wireguard/handshakes.h"

#include <algorithm>
#include <chrono>

namespace picket::node {
namespace {

using namespace std::chrono_literals;

// WireGuard itself makes new keys every two minutes and drops a session's after three.
constexpr auto kActiveFor = 180s;
// A peer without keep-alive that has nothing to say doesn't shake hands either.
constexpr auto kActiveForSilent = 10min;
// How far ahead another's idea of the time may be.
constexpr auto kFutureMax = 1min;
// Nobody shook hands with WireGuard in the seventies: so few seconds since the epoch are an age.
constexpr auto kAgeMax = 24h * 365 * 10;
// Handshakes are five seconds apart at least. Who computes the time of one from its age is off by
// less from look to look.
constexpr auto kJitterMax = 2s;
constexpr int64_t kSecondsMax = INT64_MAX / 4 / 1'000'000'000;

Nanoseconds told_by(const WireguardPeerFact& peer) {
  const auto seconds = std::clamp<int64_t>(peer.handshake_s, 0, kSecondsMax);
  const auto rest = std::clamp<int64_t>(peer.handshake_ns, 0, 999'999'999);
  return Seconds(seconds) + Nanoseconds(rest);
}

bool differs(Nanoseconds a, Nanoseconds b) {
  return a != b && (a == 0ns || std::max(a, b) - std::min(a, b) >= kJitterMax);
}

}  // namespace

Handshake Handshakes::see(const std::string& key, const WireguardPeerFact& peer, WallTime wall,
                          SteadyTime steady) {
  const Nanoseconds told = told_by(peer);
  const auto [found, is_new] = peers_.try_emplace(key);
  Known& known = found->second;
  known.in_look = true;
  if (told == 0ns) {
    known = Known{};
    return {};
  }
  const WallTime claimed(told);
  if (told < kAgeMax) {
    known.seen = steady - told;
    known.at = wall - told;
  } else if (is_new && claimed > wall + kFutureMax) {
    known.seen.reset();  // it was at some time until now
    known.at = wall;
  } else if (is_new) {
    known.seen = steady - std::max(wall - claimed, 0ns);
    known.at = claimed;
  } else if (differs(known.told, told)) {
    known.seen = steady;
    known.at = claimed > wall + kFutureMax ? wall : claimed;
  }
  known.told = told;
  const auto lasts = peer.keepalive_s == 0 ? kActiveForSilent : Nanoseconds(kActiveFor);
  return {known.seen && steady - *known.seen <= lasts, to_unix_ns(known.at)};
}

void Handshakes::forget_unseen() {
  std::erase_if(peers_, [](const auto& entry) { return !entry.second.in_look; });
  for (auto& [key, known] : peers_) known.in_look = false;
}

}  // namespace picket::node
