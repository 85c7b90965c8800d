// Looks at WireGuard when told to, and says what became different in a way that means something.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/clock.h"
#include "node/wireguard/handshakes.h"
#include "node/wireguard/host.h"
#include "node/wireguard/peer_names.h"
#include "picket/v1/node_link.pb.h"

namespace picket::node {

inline constexpr std::string_view kWireguardResource = "wireguard";

class WireguardWatch {
 public:
  using Look = std::function<WireguardSight()>;
  using Names = std::function<const PeerNames&()>;

  WireguardWatch(const Clock& clock, Look look, Names names);

  /// Looks; the value if it isn't the one that was told last.
  std::optional<v1::ResourceValue> poll();
  /// What the last look saw, with handshakes and counters.
  const v1::ResourceValue& latest() const { return latest_; }
  /// Whoever is told next has been told nothing yet.
  void tell_anew() { told_.reset(); }

 private:
  v1::ResourceValue look();

  const Clock& clock_;
  Look look_;
  Names names_;
  Handshakes handshakes_;
  v1::ResourceValue latest_;
  std::optional<std::string> told_;
};

}  // namespace picket::node
