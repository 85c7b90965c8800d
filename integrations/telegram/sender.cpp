#include "integrations/telegram/sender.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include "integrations/telegram/message_html.h"

namespace picket::telegram {

using delivery::Outcome;

Outcome outcome_of(const Failure& failure) {
  Outcome outcome{Outcome::Kind::kLater, failure.retry_after, failure.why};
  switch (failure.kind) {
    case Failure::Kind::kPassing: break;
    case Failure::Kind::kRefused: outcome.kind = Outcome::Kind::kRefused; break;
    case Failure::Kind::kChat:
      outcome.retry_after = std::max(outcome.retry_after, kRepairRetry);
      outcome.why += ": nothing can be sent to that chat";
      break;
    case Failure::Kind::kToken:
      outcome.retry_after = std::max(outcome.retry_after, kRepairRetry);
      outcome.why += ": the token is none of a bot (any more)";
      break;
    case Failure::Kind::kConflict: break;
  }
  return outcome;
}

Sender::Sender(Api& api, const Clock& clock, Place place)
    : api_(api), clock_(clock), place_(place) {}

Sender::~Sender() {
  if (under_way_) api_.cancel(*under_way_);
}

void Sender::send(const delivery::Message& message, std::function<void(Outcome outcome)> done) {
  assert(!under_way_);
  under_way_ = api_.send_message(place_, to_html(message, clock_.wall()), {},
                                 [this, done = std::move(done)](const Answer<ChatMessage>& answer) {
                                   under_way_.reset();
                                   done(answer ? Outcome{} : on_failure(answer.failure()));
                                 });
}

/// A group that became a supergroup has another id, which is used from now on.
Outcome Sender::on_failure(const Failure& failure) {
  if (!failure.migrated_to || *failure.migrated_to == place_.chat_id) return outcome_of(failure);
  place_.chat_id = *failure.migrated_to;
  return {Outcome::Kind::kLater, Milliseconds(1),
          failure.why + ": its id is " + std::to_string(place_.chat_id) +
              " now, which the configuration should say"};
}

}  // namespace picket::telegram
