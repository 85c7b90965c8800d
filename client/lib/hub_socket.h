// Where the hub's Unix socket is, and connecting to it. Errors say what to do, in a client's terms.
#pragma once

#include <optional>
#include <string>

#include "client/lib/failure.h"
#include "common/unique_fd.h"

namespace picket::client {

/// The first of: `picket_socket` (the variable PICKET_SOCKET), /run/picket/hub.sock if it exists,
/// `xdg_runtime_dir`/picket/hub.sock if that exists, /run/picket/hub.sock. Null and "" are not set.
std::string default_socket_path(const char* picket_socket, const char* xdg_runtime_dir);

struct HubSocket {
  UniqueFd socket;  // connected, non-blocking, close-on-exec
  std::optional<Failure> failure;
};

/// Connects at once or fails.
HubSocket connect_to_hub(const std::string& path);

}  // namespace picket::client
