// The hub's rules in one place: what happens between a message from a node and a frame to a client.
// No sockets, files or clocks: it is handed links and the time, and calls the journal, the
// identities and the audit log through their interfaces.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/deadlines.h"
#include "common/limits.h"
#include "common/peer.h"
#include "hub/core/access.h"
#include "hub/core/audit.h"
#include "hub/core/client_link.h"
#include "hub/core/closed_links.h"
#include "hub/core/executions.h"
#include "hub/core/identities.h"
#include "hub/core/journal.h"
#include "hub/core/log_intake.h"
#include "hub/core/node_links.h"
#include "hub/core/publisher.h"
#include "hub/core/refreshes.h"
#include "hub/core/refusals.h"
#include "hub/core/renewals.h"
#include "hub/core/state.h"
#include "hub/core/unended_runs.h"

namespace picket::hub {

/// What the hub says of itself.
struct HubInfo {
  v1::Peer peer;
  std::string hub_id;
  std::vector<std::string> listen;  // "host:port"
  WallTime ca_expires;
  std::string config_error = {};  // why hub.toml as it is now is not in force; empty: it is
};

struct HubSettings {
  Nanoseconds dead_after = limits::kDeadAfter;
  std::optional<Nanoseconds>
      forget_after;  // a disconnected node is taken off the list; absent: never
  std::size_t ring_bytes_max = limits::kRingBytesMax;
  Milliseconds token_validity = limits::kTokenValidity;  // unless the order says another
  People people = {};
};

/// What the hub works with; all outlive it.
struct HubParts {
  const Clock& clock;
  Deadlines& deadlines;
  Journal& journal;
  Identities& identities;
  Audit& audit;
  RandomNumber random;
};

class Hub {
 public:
  Hub(HubParts parts, HubSettings settings, AccessRules access, HubInfo info);

  /// Takes what an earlier run stored, before start(); says what of it could not be read.
  std::vector<std::string> restore(const JournalContents& contents);
  /// Lists the known nodes and says hub.started. Before any link.
  void start();
  /// Tells all peers that the hub stops; their on_closed follows, and says nothing of their nodes.
  void stop();

  std::unique_ptr<NodeLink> make_node_link(Peer& peer, NodeCertificate certificate,
                                           std::string address);
  std::unique_ptr<LinkHandler> make_client_link(Peer& peer, Caller caller);
  /// A connection that ended before it was a link of a node or client.
  void on_unauthenticated_closed(std::string kind, std::string peer, std::string address,
                                 const Closed& closed);
  /// A join made a certificate: the node is listed from now on.
  void on_joined(const std::string& node);
  /// The node has a new certificate beside the one that it had.
  void on_renewed(const std::string& node);

  /// For what is asked from now on, also by clients that are connected.
  /// Clients that may not even observe any more lose their connection, and with it what they watch.
  void set_access(AccessRules rules);
  /// From now on, also for nodes that are gone already. The ring keeps its size.
  void set_settings(const HubSettings& settings);

  // For the links and the request handlers.
  const Clock& clock() const { return parts_.clock; }
  Deadlines& deadlines() { return parts_.deadlines; }
  Journal& journal() { return parts_.journal; }
  Identities& identities() { return parts_.identities; }
  Renewals& renewals() { return renewals_; }
  Audit& audit() { return parts_.audit; }
  const State& state() const { return state_; }
  Publisher& publisher() { return publisher_; }
  NodeLinks& node_links() { return node_links_; }
  Refreshes& refreshes() { return refreshes_; }
  Executions& executions() { return executions_; }
  Refusals& refusals() { return refusals_; }
  const ClosedLinks& closed_links() const { return closed_links_; }
  const Access& access() const { return access_; }
  HubInfo& info() { return info_; }
  const HubSettings& settings() const { return settings_; }
  WallTime started_at() const { return started_at_; }
  std::size_t clients() const { return clients_.size(); }

  /// Connected before this start of the hub, and back within the quiet time: no news.
  bool is_returning(std::string_view node) const;
  void on_node_connected(const Connected& connected, bool quiet);
  void on_node_closed(NodeLink& link, bool welcomed, const Closed& closed);
  void on_identity_conflict(const std::string& node, const std::string& address,
                            const std::string& other_address);
  LogIntake& log_intake() { return log_intake_; }
  uint64_t next_link_id() { return ++last_link_id_; }
  /// Somebody with a certificate that was revoked or replaced: perhaps one who stole it.
  void on_refused(const std::string& node, const std::string& address);
  void on_value(const NodeLink& link, const v1::ResourceValue& value);
  void on_clock(const NodeLink& link, const ClockSample& sample);
  void on_refreshed(const NodeLink& link, const v1::ResourceValue& value);
  void on_client_closed(ClientLink& link, const Closed& closed);
  void on_revoked(const std::string& node);
  void on_forgotten(const std::string& node);

 private:
  void end_quiet_time();
  void on_position(const NodePosition& position, bool stored);
  void ask_again();
  void forget(const std::string& node);
  void forget_later(const std::string& node);

  HubParts parts_;
  HubSettings settings_;
  Access access_;
  HubInfo info_;
  Renewals renewals_;
  State state_;
  Publisher publisher_;
  LogIntake log_intake_;
  NodeLinks node_links_;
  Refreshes refreshes_;
  Executions executions_;
  Refusals refusals_;
  UnendedRuns unended_runs_{*this};
  std::optional<WallTime> first_start_;  // of the earlier hubs that are known
  ClosedLinks closed_links_;
  std::set<ClientLink*> clients_;
  uint64_t last_link_id_ = 0;
  bool stopping_ = false;
  WallTime started_at_;
  SteadyTime quiet_until_;
  std::set<std::string, std::less<>> expected_;  // known at the start and not yet seen
  std::map<std::string, Deadlines::Id, std::less<>> forget_timers_;  // by node
};

}  // namespace picket::hub
