#include "common/admission.h"

#include <utility>

namespace picket {
namespace {

constexpr auto kJoinWindow = std::chrono::minutes(1);
constexpr std::size_t kJoinAddressesMax = 4096;  // remembered; beyond it the oldest entries go

// The /24 of an IPv4 address (kept IPv6-mapped), the /64 of an IPv6 address.
IpAddress prefix_of(IpAddress ip) {
  const std::size_t kept = ip.is_v4() ? 15 : 8;
  for (std::size_t i = kept; i < ip.bytes.size(); ++i) ip.bytes[i] = 0;
  return ip;
}

template <typename Key>
void decrease(std::map<Key, std::size_t>& counts, const Key& key) {
  const auto found = counts.find(key);
  if (found != counts.end() && --found->second == 0) counts.erase(found);
}

}  // namespace

std::optional<Admission::Place> Admission::enter(const IpAddress& from) {
  const IpAddress prefix = prefix_of(from);
  if (!has_place(prefix)) return std::nullopt;
  return take(prefix);
}

bool Admission::enter(const IpAddress& from, Admitted admitted) {
  const IpAddress prefix = prefix_of(from);
  if (has_place(prefix)) {
    admitted(take(prefix));
    return true;
  }
  if (waiting_count_ >= limits_.waiting_max) return false;
  const auto queue = waiting_.find(prefix);
  const std::size_t before = queue == waiting_.end() ? 0 : queue->second.size();
  if (before >= limits_.waiting_per_prefix_max) return false;
  waiting_[prefix].push_back(std::move(admitted));
  ++waiting_count_;
  return true;
}

void Admission::drop_waiting() {
  waiting_count_ = 0;
  waiting_.clear();
}

bool Admission::has_place(const IpAddress& prefix) const {
  const auto found = by_prefix_.find(prefix);
  return unauthenticated_ < limits_.unauthenticated_max &&
         (found == by_prefix_.end() || found->second < limits_.per_prefix_max);
}

Admission::Place Admission::take(const IpAddress& prefix) {
  ++unauthenticated_;
  ++by_prefix_[prefix];
  return Place(*this, prefix);
}

// A place that was given back goes to the next prefix, in turn, that may have one.
void Admission::admit_waiting(const IpAddress& after) {
  auto queue = waiting_.upper_bound(after);
  for (std::size_t looked_at = 0; looked_at < waiting_.size(); ++looked_at, ++queue) {
    if (queue == waiting_.end()) queue = waiting_.begin();
    if (!has_place(queue->first)) continue;
    const IpAddress prefix = queue->first;
    const Admitted admitted = std::move(queue->second.front());
    queue->second.pop_front();
    --waiting_count_;
    if (queue->second.empty()) waiting_.erase(queue);
    return admitted(take(prefix));
  }
}

std::optional<Admission::Place> Admission::enter(uid_t uid) {
  if (clients_ >= limits_.clients_max) return std::nullopt;
  const auto found = by_uid_.find(uid);
  if (uid != 0 && found != by_uid_.end() && found->second >= limits_.clients_per_uid_max) {
    return std::nullopt;
  }
  ++clients_;
  ++by_uid_[uid];
  return Place(*this, uid);
}

void Admission::leave(const Key& key) {
  if (const auto* prefix = std::get_if<IpAddress>(&key)) {
    --unauthenticated_;
    decrease(by_prefix_, *prefix);
    admit_waiting(*prefix);
  } else {
    --clients_;
    decrease(by_uid_, std::get<uid_t>(key));
  }
}

void Admission::forget_joins(SteadyTime now) {
  while (!failures_.empty() &&
         (now - failures_.front().at >= kJoinWindow || failures_.size() > kJoinAddressesMax)) {
    decrease(failed_joins_, failures_.front().prefix);
    failures_.pop_front();
  }
}

bool Admission::may_join(const IpAddress& from, SteadyTime now) {
  forget_joins(now);
  const auto found = failed_joins_.find(join_key(from));
  return found == failed_joins_.end() || found->second < limits_.failed_joins_max;
}

void Admission::join_failed(const IpAddress& from, SteadyTime now) {
  failures_.push_back({now, join_key(from)});
  ++failed_joins_[join_key(from)];
  forget_joins(now);
}

// One IPv4 address; of IPv6, where everybody has 2^64 addresses, one /64.
IpAddress Admission::join_key(const IpAddress& ip) { return ip.is_v4() ? ip : prefix_of(ip); }

Admission::Place::Place(Admission& admission, Key key) : admission_(&admission), key_(key) {}

Admission::Place::Place(Place&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)), key_(other.key_) {}

Admission::Place& Admission::Place::operator=(Place&& other) noexcept {
  if (this == &other) return *this;
  leave();
  admission_ = std::exchange(other.admission_, nullptr);
  key_ = other.key_;
  return *this;
}

Admission::Place::~Place() { leave(); }

void Admission::Place::leave() {
  if (auto* admission = std::exchange(admission_, nullptr)) admission->leave(key_);
}

}  // namespace picket
