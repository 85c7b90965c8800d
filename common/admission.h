// Who may take a place before having proved who they are. Counts only; it closes and waits for
// nothing. Pure.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <variant>

#include "common/address.h"
#include "common/clock.h"
#include "common/limits.h"

namespace picket {

struct AdmissionLimits {
  std::size_t unauthenticated_max = limits::kUnauthenticatedMax;
  std::size_t per_prefix_max = limits::kUnauthenticatedPerPrefixMax;
  std::size_t waiting_max = limits::kWaitingMax;
  std::size_t waiting_per_prefix_max = limits::kWaitingPerPrefixMax;
  std::size_t clients_max = limits::kClientsMax;
  std::size_t clients_per_uid_max = limits::kClientsPerUidMax;
  std::size_t failed_joins_max = limits::kJoinsPerMinuteMax;
};

class Admission {
  using Key = std::variant<IpAddress, uid_t>;

 public:
  /// Held while a connection counts; gives the place back when destroyed.
  class Place {
   public:
    Place(Place&& other) noexcept;
    Place& operator=(Place&& other) noexcept;
    ~Place();
    /// Gives it back now: the connection has authenticated.
    void leave();

   private:
    friend class Admission;
    Place(Admission& admission, Key key);
    Admission* admission_;
    Key key_;
  };

  using Admitted = std::function<void(Place)>;

  explicit Admission(AdmissionLimits limits = {}) : limits_(limits) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  /// A place for a TCP connection until it has authenticated; nothing: too many, in all or of its
  /// /24 or /64. The Admission outlives its places.
  [[nodiscard]] std::optional<Place> enter(const IpAddress& from);
  /// The same, but waits for the place if there is none now: `admitted` gets it, at once or within
  /// the call that gives one back; first come, first served within a prefix, and no prefix waits
  /// for another. False, and nothing will come: too many wait.
  [[nodiscard]] bool enter(const IpAddress& from, Admitted admitted);
  /// Whoever waits is dropped.
  void drop_waiting();
  /// A place for a client on the Unix socket, for its whole life. Uid 0 is bound by the total only.
  [[nodiscard]] std::optional<Place> enter(uid_t uid);

  /// May this address (of IPv6: its /64) try to join? No after failed_joins_max failures within a
  /// minute.
  [[nodiscard]] bool may_join(const IpAddress& from, SteadyTime now);
  void join_failed(const IpAddress& from, SteadyTime now);

  std::size_t unauthenticated() const { return unauthenticated_; }
  std::size_t waiting() const { return waiting_count_; }
  std::size_t clients() const { return clients_; }

 private:
  struct FailedJoin {
    SteadyTime at;
    IpAddress prefix;
  };

  void leave(const Key& key);
  bool has_place(const IpAddress& prefix) const;
  Place take(const IpAddress& prefix);
  void admit_waiting(const IpAddress& after);
  void forget_joins(SteadyTime now);
  static IpAddress join_key(const IpAddress& ip);

  AdmissionLimits limits_;
  std::size_t unauthenticated_ = 0;
  std::size_t clients_ = 0;
  std::map<IpAddress, std::size_t> by_prefix_;
  std::map<IpAddress, std::deque<Admitted>> waiting_;  // by prefix; none is empty
  std::size_t waiting_count_ = 0;
  std::map<uid_t, std::size_t> by_uid_;
  std::map<IpAddress, std::size_t> failed_joins_;
  std::deque<FailedJoin> failures_;  // oldest first
};

}  // namespace picket
