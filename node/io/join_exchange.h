// One exchange over "picket-join/1": a connection of its own, one request, one reply.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <functional>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/result.h"
#include "common/tls.h"
#include "picket/v1/node_link.pb.h"

namespace picket::node {

/// The frame to send to a hub that has proven who it is.
using MakeJoinRequest = std::function<std::string(const TlsPeer& hub)>;

/// Asks the first of the addresses that answers, which takes at most limits::kConnectTimeout for
/// each and limits::kJoinTimeout for the answer. Error: a sentence for a person. `tls` outlives it.
asio::awaitable<Result<v1::JoinReply>> exchange_join(asio::any_io_executor executor,
                                                     const TlsContext& tls,
                                                     std::vector<HostPort> addresses,
                                                     MakeJoinRequest make_request);

}  // namespace picket::node
