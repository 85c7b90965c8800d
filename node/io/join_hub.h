// Joins a hub over the network: one request, one reply.
#pragma once

#include "common/clock.h"
#include "common/result.h"
#include "node/identity/join.h"

namespace picket::node {

/// Sends the attempt's request to the first of its addresses that answers, on a loop of its own.
/// Blocks, at most limits::kConnectTimeout for each address and limits::kJoinTimeout for the
/// answer.
Result<Membership> join_hub(JoinAttempt attempt, const Clock& clock);

}  // namespace picket::node
