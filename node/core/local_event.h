// Local events between the command line, the agent's socket and the spool. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/result.h"
#include "picket/v1/event_socket.pb.h"

namespace picket::node {

/// What `picket-node event KIND --text TEXT NAME=VALUE…` asks for. Error: the command line is
/// wrong.
Result<v1::EventRequest> event_request(const std::string& kind, std::string_view text,
                                       std::span<const std::string> fields);

/// The event that a program of `uid` asks for. What it says of itself counts for nothing, and each
/// text is made of its exact bytes anew. Error: why it is refused.
Result<v1::Event> local_event(const v1::EventRequest& request, uint32_t uid);

}  // namespace picket::node
