// What is asked of the hub, so much at once.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "integrations/telegram/bot/core/bot_limits.h"
#include "integrations/telegram/bot/core/ports.h"

namespace picket::telegram::bot {

class Questions {
 public:
  explicit Questions(Hub& hub) : hub_(hub) {}

  /// `reply` is told of a failure at once if too much is asked already.
  void ask(v1::ClientToHub request, client::Reply reply) {
    if (open_ == kQuestionsMax)
      return reply.on_failure({client::Failure::Kind::kRefused,
                               "too much is asked at once; try again when answers have come"});
    ++open_;
    hub_.ask(std::move(request),
             {.on_item = std::move(reply.on_item),
              .on_end =
                  [this, on_end = std::move(reply.on_end)] {
                    --open_;
                    on_end();
                  },
              .on_failure =
                  [this, on_failure = std::move(reply.on_failure)](const client::Failure& failure) {
                    --open_;
                    on_failure(failure);
                  }});
  }

 private:
  Hub& hub_;
  std::size_t open_ = 0;
};

}  // namespace picket::telegram::bot
