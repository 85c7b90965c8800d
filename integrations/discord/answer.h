// What Discord answers to a message that was posted to a webhook: what becomes of it, and how fast
// one may go on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "integrations/delivery/sender.h"
#include "integrations/http/message.h"

namespace picket::discord {

/// How long to wait where only a person can help. Discord shuts out an address for many requests in
/// vain: 10,000 in 10 minutes.
inline constexpr Milliseconds kRepairRetry = std::chrono::minutes(1);

/// `secrets` are kept out of its words.
delivery::Outcome outcome_of(const Result<http::Response>& response,
                             const std::vector<std::string_view>& secrets);

/// How long the next request has to wait by the answer's rate-limit headers; 0 if it needn't.
Milliseconds pause_of(const http::Response& response);

}  // namespace picket::discord
