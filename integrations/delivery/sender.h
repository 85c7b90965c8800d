// The far side of a medium, as the delivery sees it: takes one message at a time.
#pragma once

#include <functional>
#include <string>

#include "common/clock.h"
#include "integrations/delivery/message.h"

namespace picket::delivery {

struct Outcome {
  enum class Kind {
    kAccepted,  // the far side has it for good
    kLater,     // try again after `retry_after`, or after a back-off if that is 0
    kRefused,   // it will never take this message: what is lost is logged, and the next one sent
  };
  Kind kind = Kind::kAccepted;
  Milliseconds retry_after{};
  std::string why;  // for a person; holds no secret
};

class Sender {
 public:
  virtual ~Sender() = default;
  /// `done` is called once, later, not from within this call; never after the sender's end.
  virtual void send(const Message& message, std::function<void(Outcome outcome)> done) = 0;
};

}  // namespace picket::delivery
