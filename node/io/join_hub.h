// Joins a hub over the network: asks for its time, then to join, each on a connection of its own.
#pragma once

#include "common/clock.h"
#include "common/result.h"
#include "node/identity/join.h"

namespace picket::node {

/// Sends the attempt's requests to the first of its addresses that answers, on a loop of its own.
/// Blocks, for each of the two at most limits::kConnectTimeout for each address and
/// limits::kJoinTimeout for the answer.
Result<Membership> join_hub(JoinAttempt attempt, const Clock& clock);

}  // namespace picket::node
