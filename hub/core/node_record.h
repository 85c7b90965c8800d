// What the hub knows of one node.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "common/clock.h"
#include "hub/core/key_logins.h"
#include "hub/core/stored_resource.h"
#include "picket/v1/client_link.pb.h"

namespace picket::hub {

struct NodeRecord {
  v1::NodeSummary::State state = v1::NodeSummary::STATE_NOT_SEEN;
  WallTime since;
  std::string address;
  std::string reason;  // why it is disconnected
  WallTime last_update;
  WallTime certificate_expires;
  v1::NodeFacts facts;
  std::optional<Nanoseconds> clock_offset;  // ahead of ours; on this link
  bool clock_wrong = false;                 // was told last
  std::map<std::string, StoredResource, std::less<>> resources;
  KeyLogins key_logins;  // not stored: their sessions come within seconds
};

}  // namespace picket::hub
