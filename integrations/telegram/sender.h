// Sends messages of the delivery to one chat.
//
// What is refused for good is refused for the message's own sake only. A chat that isn't there, a
// bot that was blocked or has lost its token: that is to be repaired by a person, and nothing is
// lost meanwhile, so it is tried again, not often.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "common/clock.h"
#include "integrations/delivery/sender.h"
#include "integrations/telegram/api.h"

namespace picket::telegram {

/// How long to wait where only a person can help.
inline constexpr std::chrono::milliseconds kRepairRetry = std::chrono::minutes(1);

delivery::Outcome outcome_of(const Failure& failure);

class Sender : public delivery::Sender {
 public:
  /// `api` and `clock` outlive this.
  Sender(Api& api, const Clock& clock, Place place);
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  ~Sender() override;

  void send(const delivery::Message& message,
            std::function<void(delivery::Outcome outcome)> done) override;

 private:
  delivery::Outcome on_failure(const Failure& failure);

  Api& api_;
  const Clock& clock_;
  Place place_;
  std::optional<Api::Id> under_way_;
};

}  // namespace picket::telegram
