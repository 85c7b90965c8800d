// The current value of one resource of one node, as far as the node could see it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "hub/core/address_owners.h"
#include "hub/core/row_diff.h"
#include "picket/v1/model.pb.h"

namespace picket::hub {

inline constexpr std::string_view kSessionsResource = "sessions";
inline constexpr std::string_view kWireguardResource = "wireguard";
inline constexpr std::string_view kCommandsResource = "commands";

struct StoredWireguard {
  RowsByKey<v1::WireguardInterface> interfaces;  // by name
  RowsByKey<v1::WireguardPeer> peers;
  AddressOwners owners;  // of the peers' allowed IPs
};

/// What of a peer only a refresh brings.
struct PeerCounts {
  int64_t latest_handshake_unix_ns = 0;
  uint64_t received_bytes = 0;
  uint64_t sent_bytes = 0;
};

struct StoredResource {
  v1::CollectorHealth health;
  bool ever_seen = false;  // its rows were ok at least once
  bool fresh = false;      // came on the current link
  WallTime at;             // by the node's clock
  WallTime received;       // by ours
  std::size_t bytes = 0;   // of the latest value

  // Rows of what the resource is of. If the health is failed: as last seen. What only a refresh
  // brings stands beside them, by key.
  RowsByKey<v1::Session> sessions;
  StoredWireguard wireguard;
  std::optional<v1::AuthLog> auth_log;  // its counts are of the last refresh
  std::optional<v1::Commands> commands;
  std::map<std::string, uint64_t> idle_ms;
  std::map<std::string, std::string> key_names;  // of the keys that opened sessions
  std::map<std::string, PeerCounts> peer_counts;
  std::optional<SteadyTime> refreshed;

  /// What can be said now: a node that has connected again has yet to look.
  v1::CollectorHealth current_health(bool connected) const;
  std::size_t rows() const {
    const auto labels = commands ? static_cast<std::size_t>(commands->rows_size()) : 0;
    return sessions.size() + wireguard.peers.size() + labels;
  }
};

/// Whether nothing changed that anybody wants to be told.
bool same_health(const v1::CollectorHealth& a, const v1::CollectorHealth& b);

}  // namespace picket::hub
