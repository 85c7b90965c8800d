// get_status.
#include <cstdint>
#include <utility>

#include "common/utf8.h"
#include "hub/core/handlers.h"
#include "hub/core/hub.h"

namespace picket::hub {

void handle_get_status(const RequestContext& context) {
  Hub& hub = context.hub;
  v1::HubToClient message;
  auto& status = *message.mutable_status();
  const HubInfo& info = hub.info();
  *status.mutable_peer() = info.peer;
  status.set_hub_id(info.hub_id);
  status.set_started_unix_ns(to_unix_ns(hub.started_at()));
  status.set_now_unix_ns(to_unix_ns(hub.clock().wall()));
  status.set_nodes(static_cast<uint32_t>(hub.state().nodes().size()));
  status.set_nodes_connected(static_cast<uint32_t>(hub.node_links().size()));
  status.set_clients(static_cast<uint32_t>(hub.clients()));
  status.set_subscriptions(static_cast<uint32_t>(hub.publisher().subscriptions()));
  status.set_seq(hub.state().last_seq());
  status.set_committed_seq(hub.publisher().committed_seq());
  const JournalKept kept = hub.journal().kept();
  status.set_oldest_seq(kept.oldest_seq);
  status.set_kept_updates(kept.updates);
  status.set_kept_bytes(kept.bytes);
  status.set_storing(hub.publisher().storing());
  set_outside_text(hub.publisher().refusal(), status.mutable_not_storing_reason(), nullptr);
  for (const auto& address : info.listen) status.add_listen(address);
  status.set_ca_expires_unix_ns(to_unix_ns(info.ca_expires));
  set_outside_text(hub.audit().trouble(), status.mutable_audit_error(), nullptr);
  set_outside_text(info.config_error, status.mutable_config_error(), nullptr);
  hub.closed_links().fill(status);
  context.response.item(std::move(message));
  context.response.end();
}

}  // namespace picket::hub
