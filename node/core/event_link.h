// A program at the agent's socket: one request, one reply. Its uid is the kernel's word.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/peer.h"
#include "node/core/event_rates.h"
#include "node/core/event_spool.h"

namespace picket::node {

/// What requests for local events are held against, and where they go.
struct EventIntake {
  EventSpool& spool;
  EventRates& rates;
  const Clock& clock;
};

/// What a program is told: why it is refused, or that it is accepted.
std::string event_reply_frame(const std::optional<std::string>& refused);

class EventLink final : public LinkHandler {
 public:
  EventLink(EventIntake intake, Peer& peer, uint32_t uid);
  ~EventLink() override;
  EventLink(const EventLink&) = delete;
  EventLink& operator=(const EventLink&) = delete;

  void on_frame(std::string_view payload) override;
  void on_closed(const Closed& closed) override;

 private:
  void answer(const std::optional<std::string>& refused);

  EventIntake intake_;
  Peer& peer_;
  uint32_t uid_;
  bool has_asked_ = false;
  std::shared_ptr<EventLink*> self_;  // holds null once this is gone, for answers that come late
};

}  // namespace picket::node
