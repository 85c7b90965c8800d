// Updates as a hub sends them, for tests of what is told.
#pragma once

#include <string>

#include "common/clock.h"
#include "picket/v1/model.pb.h"

namespace picket::delivery::test {

/// By seq, at `at`.
inline v1::Update event(uint64_t seq, const std::string& kind, const std::string& node,
                        WallTime at) {
  v1::Update update;
  update.set_seq(seq);
  update.set_node(node);
  update.set_at_unix_ns(to_unix_ns(at));
  update.set_received_unix_ns(to_unix_ns(at));
  update.mutable_event()->set_kind(kind);
  if (kind.starts_with("node.")) update.mutable_event()->mutable_node()->set_address("192.0.2.1");
  return update;
}

inline v1::Update auth(uint64_t seq, const std::string& kind, const std::string& node, WallTime at,
                       const std::string& user, const std::string& source,
                       const std::string& attempt = {}) {
  v1::Update update = event(seq, kind, node, at);
  v1::AuthEvent& auth = *update.mutable_event()->mutable_auth();
  auth.set_user(user);
  auth.set_source_address(source);
  auth.set_verified(v1::AuthEvent::VERIFIED_YES);
  auth.set_attempt(attempt);
  return update;
}

}  // namespace picket::delivery::test
