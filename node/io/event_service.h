// The agent's Unix socket for local events: anybody on this server may connect, the kernel says who
// it is, the core does the rest.
#pragma once

#include <asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "common/accept.h"
#include "common/daemon.h"
#include "common/link.h"
#include "node/core/event_link.h"

namespace picket::node {

class EventService {
 public:
  /// All outlive it.
  EventService(Daemon& daemon, const Clock& clock, EventSpool& spool);
  EventService(const EventService&) = delete;
  EventService& operator=(const EventService&) = delete;

  /// Makes the socket's folder (0755) if need be.
  Status listen(const std::string& path);
  /// Ends what is open: the daemon stops.
  void stop();

 private:
  class Place;
  class Listed;

  void on_accepted(Accepted accepted);
  asio::awaitable<void> serve(Accepted accepted, Place place);

  Daemon& daemon_;
  EventRates rates_;
  EventIntake intake_;
  LinkBuffers buffers_;
  LinkSettings settings_;
  std::size_t open_ = 0;
  std::map<uint32_t, std::size_t> open_of_uid_;
  std::set<Link*> links_;
};

}  // namespace picket::node
