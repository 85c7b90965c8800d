// What nodes tell of their logs: each event is taken once, by its position; one that can't be read
// is kept apart and told, so that it can't stop what comes after it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.h"
#include "hub/core/log_positions.h"
#include "hub/core/publisher.h"
#include "hub/core/state.h"
#include "picket/v1/node_link.pb.h"

namespace picket::hub {

class LogIntake {
 public:
  LogIntake(State& state, Publisher& publisher) : state_(state), publisher_(publisher) {}

  LogPositions& positions() { return positions_; }

  /// Events of the link `link` of `node`, after which `events` have come on it. Publishes what is
  /// news; whether anything was. Error: the message breaks the protocol, and how.
  [[nodiscard]] Result<bool> take(const std::string& node, const v1::LogEvents& sent, uint64_t link,
                                  uint64_t events);

 private:
  Updates update_of(const std::string& node, const v1::LogEvents& sent, const v1::LogEvent& event,
                    bool replayed);

  State& state_;
  Publisher& publisher_;
  LogPositions positions_;
};

/// Whether a node may say an event of this kind with this detail: it speaks of its log only.
bool is_log_event(const v1::Event& event);

}  // namespace picket::hub
