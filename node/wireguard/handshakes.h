// When each peer last shook hands, and whether that makes it active. What implementations say of
// the time isn't taken at its word: some give an age, some a time to come, and clocks jump. What
// counts is when a change was seen, by the monotonic clock. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/clock.h"
#include "node/wireguard/facts.h"

namespace picket::node {

/// What can be said of a peer's latest handshake.
struct Handshake {
  bool active = false;
  int64_t at_unix_ns = 0;  // 0: never
};

class Handshakes {
 public:
  /// Takes what was read at this moment. `key` names the peer. Once per peer and look.
  Handshake see(const std::string& key, const WireguardPeerFact& peer, WallTime wall,
                SteadyTime steady);
  /// Ends a look: peers that weren't in it are forgotten.
  void forget_unseen();

 private:
  struct Known {
    Nanoseconds told{0};             // as it was told last
    std::optional<SteadyTime> seen;  // when that was; nothing: it can't be told
    WallTime at;
    bool in_look = true;
  };
  std::map<std::string, Known> peers_;
};

}  // namespace picket::node
