// The port for nodes: accepts, lets TLS say who it is, and hands the link to the core, or the one
// request of a join to its rules.
#pragma once

#include <asio/awaitable.hpp>
#include <string>
#include <vector>

#include "common/accept.h"
#include "common/admission.h"
#include "common/daemon.h"
#include "common/link.h"
#include "common/per_minute.h"
#include "common/tls.h"
#include "common/turns.h"
#include "hub/core/hub.h"
#include "hub/core/join.h"

namespace picket::hub {

class NodeService {
 public:
  /// What it works with; all outlive it.
  struct Parts {
    Daemon& daemon;
    Hub& hub;
    Join& join;
    Admission& admission;
    LinkBuffers& buffers;
  };
  NodeService(Parts parts, Milliseconds dead_after);
  NodeService(const NodeService&) = delete;
  NodeService& operator=(const NodeService&) = delete;
  ~NodeService();

  /// For connections from now on; outlives them all.
  void use(const TlsContext& tls) { tls_ = &tls; }
  /// Also for links that are open, from their next keep-alive on.
  void set_dead_after(Milliseconds dead_after) { settings_.dead_after = dead_after; }
  /// Listens on each of `addresses`; the result says where, with the actual ports.
  Result<std::vector<std::string>> listen(const std::vector<HostPort>& addresses);

 private:
  void on_accepted(Accepted accepted);
  void on_refused(const Endpoint& remote, const Closed& closed);
  asio::awaitable<void> serve(Accepted accepted, Admission::Place place);
  asio::awaitable<void> serve_join(Link& link, Endpoint remote, std::string channel);

  Parts parts_;
  const TlsContext* tls_ = nullptr;
  Turns handshakes_;
  LinkSettings settings_;
  PerMinute refusals_logged_{limits::kRefusalsLoggedPerMinuteMax};
};

}  // namespace picket::hub
