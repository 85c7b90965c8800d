// Started by systemd for a socket unit: the listening socket that it hands over, and who may
// connect there.
#pragma once

#include <string>

#include "common/accept.h"
#include "common/result.h"
#include "common/unique_fd.h"

namespace picket::node {

/// The one Unix stream socket of sd_listen_fds(3). An error: systemd didn't start this process;
/// `unit` is the socket unit that it should have been started for.
Result<UniqueFd> socket_of_service_manager(const std::string& unit);

/// Whether the peer of an accepted connection is root or of the group that owns the socket's file:
/// what the file's mode says too, but by whoever listens.
bool may_connect(const UnixPeer& peer, const std::string& socket_path);

/// The path that a listening socket is bound to; empty: it has none.
std::string path_of_socket(int socket);

}  // namespace picket::node
