#include "hub/core/closed_links.h"

#include <utility>

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
  latest_.push_front(std::move(link));
  if (latest_.size() > limits::kClosedLinksKept) latest_.pop_back();
}

void ClosedLinks::fill(v1::Status& status) const {
  for (const auto& link : latest_) *status.add_closed_links() = link;
  for (const auto& [reason, count] : by_reason_) {
    auto* total = status.add_closed_by_reason();
    total->set_reason(reason);
    total->set_count(count);
  }
}

}  // namespace picket::hub
