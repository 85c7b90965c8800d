#include "hub/core/closed_links.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "common/limits.h"

namespace picket::hub {

void ClosedLinks::record(WallTime at, std::string kind, std::string peer, std::string address,
                         const Closed& closed) {
  v1::ClosedLink link;
  link.set_at_unix_ns(to_unix_ns(at));
  link.set_kind(std::move(kind));
  link.set_peer(std::move(peer));
  link.set_address(std::move(address));
  link.set_reason(std::string(to_string(closed.reason)));
  link.set_detail(closed.detail);
  ++by_reason_[link.reason()];
  const bool known = link.kind() == "node" || link.kind() == "client";
  auto& list = known ? known_ : strangers_;
  list.push_front(std::move(link));
  const auto kept = known ? limits::kClosedLinksKept : limits::kClosedStrangersKept;
  if (list.size() > kept) list.pop_back();
}

void ClosedLinks::fill(v1::Status& status) const {
  std::vector<v1::ClosedLink> merged;
  const auto newer = [](const auto& a, const auto& b) { return a.at_unix_ns() > b.at_unix_ns(); };
  std::merge(known_.begin(), known_.end(), strangers_.begin(), strangers_.end(),
             std::back_inserter(merged), newer);
  for (auto& link : merged) *status.add_closed_links() = std::move(link);
  for (const auto& [reason, count] : by_reason_) {
    auto* total = status.add_closed_by_reason();
    total->set_reason(reason);
    total->set_count(count);
  }
}

}  // namespace picket::hub
