// Who may take a place before having proved who they are. Counts only; it closes and waits for
// nothing. Pure.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <deque>
#include <map>
#include <optional>

#include "common/address.h"
#include "common/clock.h"
#include "common/limits.h"

namespace picket {

struct AdmissionLimits {
  std::size_t unauthenticated_max = limits::kUnauthenticatedMax;
  std::size_t per_prefix_max = limits::kUnauthenticatedPerPrefixMax;
  std::size_t clients_max = limits::kClientsMax;
  std::size_t clients_per_uid_max = limits::kClientsPerUidMax;
  std::size_t failed_joins_max = limits::kJoinsPerMinuteMax;
};

class Admission {
 public:
  class Place;

  explicit Admission(AdmissionLimits limits = {}) : limits_(limits) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  /// A place for a TCP connection until it has authenticated; nothing: too many, in all or of its
  /// /24 or /64. The Admission outlives its places.
  [[nodiscard]] std::optional<Place> enter(const IpAddress& from);
  /// A place for a client on the Unix socket, for its whole life. Uid 0 is bound by the total only.
  [[nodiscard]] std::optional<Place> enter(uid_t uid);

  /// May this address try to join? No after failed_joins_max failures within a minute.
  [[nodiscard]] bool may_join(const IpAddress& from, SteadyTime now);
  void join_failed(const IpAddress& from, SteadyTime now);

  std::size_t unauthenticated() const { return unauthenticated_; }
  std::size_t clients() const { return clients_; }

 private:
  void leave(const IpAddress& prefix);
  void leave(uid_t uid);

  AdmissionLimits limits_;
  std::size_t unauthenticated_ = 0;
  std::size_t clients_ = 0;
  std::map<IpAddress, std::size_t> by_prefix_;
  std::map<uid_t, std::size_t> by_uid_;
  std::map<IpAddress, std::deque<SteadyTime>> failed_joins_;
};

}  // namespace picket
