// The Unix socket for clients: the kernel says who connects, the core does the rest.
#pragma once

#include <sys/types.h>

#include <asio/awaitable.hpp>
#include <optional>
#include <string>

#include "common/accept.h"
#include "common/admission.h"
#include "common/daemon.h"
#include "common/link.h"
#include "hub/core/hub.h"

namespace picket::hub {

class ClientService {
 public:
  /// What it works with; all outlive it.
  struct Parts {
    Daemon& daemon;
    Hub& hub;
    Admission& admission;
    LinkBuffers& buffers;
  };
  explicit ClientService(Parts parts);

  /// Makes the socket's folder (0750) if need be. `group` may connect.
  Status listen(const std::string& path, std::optional<gid_t> group);

 private:
  void on_accepted(Accepted accepted);
  asio::awaitable<void> serve(Accepted accepted, Admission::Place place);

  Parts parts_;
  LinkSettings settings_;
};

}  // namespace picket::hub
