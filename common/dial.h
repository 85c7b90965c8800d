// Connects: to the first of several TCP addresses that answers, or to a Unix socket.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/result.h"
#include "common/unique_fd.h"

namespace picket {

struct Dialled {
  UniqueFd socket;   // connected, non-blocking
  HostPort address;  // which of those asked for
  Endpoint remote;
};

/// Tries the addresses in turn, and each one's IPv6 and IPv4 addresses in turn, `connect_timeout`
/// for each. Error: one sentence that says what was tried and why it failed. Awaited at once.
asio::awaitable<Result<Dialled>> dial_tcp(std::vector<HostPort> addresses,
                                          std::chrono::milliseconds connect_timeout);

/// Connects at once or fails: a Unix socket has nothing to wait for. The error says what to do
/// about it.
Result<UniqueFd> dial_unix(const std::string& path);

}  // namespace picket
