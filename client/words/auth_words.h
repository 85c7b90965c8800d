// Events of the auth log in words, and how its collector is doing. Everything returned is safe for
// a terminal.
#pragma once

#include <string>

#include "picket/v1/model.pb.h"

namespace picket::words {

/// "ssh login: alice from 192.0.2.7 port 50122, publickey ED25519 SHA256:..."; what is not verified
/// says so at its end.
std::string auth_words(const std::string& kind, const v1::AuthEvent& event);

/// "read from journald; throttled, 12 s behind", "can't read the auth log: REASON (REMEDY)"
std::string auth_log_words(const v1::CollectorHealth& health);

/// "4312 lines: 211 events, 3 not understood, 4098 ignored"
std::string auth_log_counts(const v1::AuthLog& log);

}  // namespace picket::words
