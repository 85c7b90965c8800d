#include "node/core/event_link.h"

#include <utility>

#include "common/decode.h"
#include "common/frame.h"
#include "common/message_shapes.h"
#include "common/utf8.h"
#include "node/core/local_event.h"

namespace picket::node {

std::string event_reply_frame(const std::optional<std::string>& refused) {
  v1::EventReply reply;
  reply.set_accepted(!refused);
  if (refused) reply.set_refused(to_valid_utf8(*refused));  // may name a file
  return encode_frame(reply);
}

EventLink::EventLink(EventIntake intake, Peer& peer, uint32_t uid)
    : intake_(intake), peer_(peer), uid_(uid), self_(std::make_shared<EventLink*>(this)) {}

EventLink::~EventLink() { *self_ = nullptr; }

void EventLink::on_frame(std::string_view payload) {
  if (std::exchange(has_asked_, true))
    return peer_.close({CloseReason::kProtocolError, "a second request"});
  v1::EventRequest request;
  if (!decode(payload, shapes::kEventRequest, request)) return answer("not a request for an event");
  const auto event = local_event(request, uid_);
  if (!event) return answer(event.error());
  if (const auto refused = intake_.rates.refuse(uid_, intake_.clock.steady()))
    return answer(refused);
  intake_.spool.add(intake_.clock.wall(), event->SerializeAsString(),
                    [self = self_](const std::optional<std::string>& refused) {
                      if (*self != nullptr) (*self)->answer(refused);
                    });
}

void EventLink::answer(const std::optional<std::string>& refused) {
  peer_.send(event_reply_frame(refused));
}

void EventLink::on_closed(const Closed& /*closed*/) { *self_ = nullptr; }

}  // namespace picket::node
