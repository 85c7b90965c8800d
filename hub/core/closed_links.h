// Why links ended, lately and in total: "why did web1 drop at 03:00?"
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "common/clock.h"
#include "common/close_reason.h"
#include "picket/v1/client_link.pb.h"

namespace picket::hub {

class ClosedLinks {
 public:
  /// Any `kind` but "node" and "client" is of a stranger. `kind`: "node", "client", "join",
  /// "unauthenticated"; `peer`: node name or "uid 1000".
  void record(WallTime at, std::string kind, std::string peer, std::string address,
              const Closed& closed);
  void fill(v1::Status& status) const;

 private:
  // Newest first. Strangers have a short list of their own, so that a scanner can't push out why
  // web1 went.
  std::deque<v1::ClosedLink> known_;      // limits::kClosedLinksKept
  std::deque<v1::ClosedLink> strangers_;  // limits::kClosedStrangersKept
  std::map<std::string, uint64_t> by_reason_;
};

}  // namespace picket::hub
