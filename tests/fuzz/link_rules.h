// What holds of every link, whatever is said on it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/close_reason.h"
#include "common/decode.h"
#include "common/limits.h"
#include "common/message_shapes.h"
#include "picket/v1/client_link.pb.h"
#include "tests/fuzz/expect.h"
#include "tests/support/hub_rig.h"

namespace picket::fuzz {

inline void expect_named(const Closed& closed) {
  expect(to_string(closed.reason) != "unknown", "each link ends with a reason that has a name");
  expect(closed.reason != CloseReason::kInternal, "no peer causes an internal error");
}

/// The message of a frame that we send: within the limits that its receiver has.
template <typename Message>
Message message_in(std::string_view frame, const MessageShape& shape) {
  Message message;
  expect(frame.size() <= limits::kFrameHeaderBytes + limits::kFrameBytesMax,
         "a frame that is sent is within the limit");
  expect(decode(frame.substr(limits::kFrameHeaderBytes), shape, message),
         "a frame that is sent can be read");
  return message;
}

/// All that a client is told.
inline std::vector<v1::HubToClient> told(test::RigLink& client) {
  std::vector<v1::HubToClient> messages;
  for (const auto& frame : client.frames()) {
    messages.push_back(message_in<v1::HubToClient>(frame, shapes::kHubToClient));
  }
  return messages;
}

}  // namespace picket::fuzz
