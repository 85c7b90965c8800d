// `picket-node event`'s end of the agent's socket. Blocks, for some seconds at most.
#pragma once

#include <string>

#include "common/result.h"
#include "picket/v1/event_socket.pb.h"

namespace picket::node {

/// Nothing: the event is accepted, on stable storage. Error: one sentence that says why not.
Status tell_event(const std::string& socket_path, const v1::EventRequest& request);

}  // namespace picket::node
