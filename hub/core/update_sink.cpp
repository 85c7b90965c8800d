#include "hub/core/update_sink.h"

namespace picket::hub {

v1::Update& UpdateSink::add() {
  auto& update = updates_.emplace_back();
  update.set_seq(next_seq_++);
  update.set_node(node_);
  update.set_at_unix_ns(to_unix_ns(at_));
  update.set_received_unix_ns(to_unix_ns(received_));
  return update;
}

v1::Event& UpdateSink::event(std::string kind) {
  auto* event = add().mutable_event();
  event->set_kind(std::move(kind));
  event->set_observed_late(late_);
  return *event;
}

v1::ResourceChange& UpdateSink::change(const std::string& resource) {
  auto* change = add().mutable_change();
  change->set_resource(resource);
  return *change;
}

}  // namespace picket::hub
