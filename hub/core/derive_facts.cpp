#include "hub/core/derive_facts.h"

namespace picket::hub {
namespace {

// By the id alone: a clock that is set moves the time of the same boot.
bool has_booted(const v1::NodeFacts& before, const v1::NodeFacts& after) {
  return !before.boot_id().empty() && !after.boot_id().empty() &&
         before.boot_id() != after.boot_id();
}

// When it was is known, however late it is told.
void tell_boot(UpdateSink& sink, const v1::NodeFacts& facts) {
  const WallTime at = sink.at();
  if (facts.booted_unix_ns() > 0) sink.set_at(from_peer_unix_ns(facts.booted_unix_ns()));
  auto& event = sink.event("node.booted");
  event.mutable_node();
  event.set_observed_late(false);
  sink.set_at(at);
}

}  // namespace

void derive_facts(UpdateSink& sink, v1::NodeFacts& stored, const v1::NodeFacts& facts) {
  const v1::NodeFacts before = stored;
  stored = facts;
  if (before.agent_version().empty()) return;
  if (before.SerializeAsString() == facts.SerializeAsString()) return;
  const bool booted = has_booted(before, facts);
  if (booted) tell_boot(sink, facts);
  *sink.change("host").mutable_host() = facts;
  const bool was_due = before.reboot_required() && !booted;
  if (facts.reboot_required() && !was_due)
    *sink.event("node.reboot_required").mutable_node()->mutable_reboot_reasons() =
        facts.reboot_reasons();
}

}  // namespace picket::hub
