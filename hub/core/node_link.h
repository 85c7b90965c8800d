// The hub's end of one node's link: which message is allowed when, and what it does. A peer's
// mistake ends its link with a named reason, and nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "common/deadlines.h"
#include "common/peer.h"
#include "common/value_parts.h"
#include "hub/core/identities.h"
#include "hub/core/journal.h"
#include "hub/core/log_grant.h"
#include "hub/core/node_clock.h"
#include "picket/v1/node_link.pb.h"

namespace picket::hub {

class Hub;

class NodeLink final : public LinkHandler {
 public:
  /// `certificate` has been verified by TLS; `address` is the peer's, for people.
  NodeLink(Hub& hub, Peer& peer, NodeCertificate certificate, std::string address);

  NodeLink(const NodeLink&) = delete;
  NodeLink& operator=(const NodeLink&) = delete;
  ~NodeLink() override;

  void on_frame(std::string_view payload) override;
  void on_closed(const Closed& closed) override;

  const std::string& node() const { return certificate_.name; }
  const std::string& address() const { return address_; }
  const NodeCertificate& certificate() const { return certificate_; }
  const std::string& folder_id() const { return folder_id_; }

  /// Asks for the value of `resource` with all that a refresh fills in; the state learns of it,
  /// then `done`.
  void refresh(uint64_t id, const std::string& resource, std::function<void()> done);
  void drop_refresh(uint64_t id) { refreshes_.erase(id); }
  /// Is the peer alive? `answered` is called at most once.
  void probe(std::function<void()> answered);
  /// The place in the hub's table is this link's: tells the node that it is connected.
  void welcome();
  /// Says why and ends the link.
  void refuse(v1::Refusal::Reason reason, const std::string& text, CloseReason close,
              Milliseconds retry_after = Milliseconds(0));
  void close(Closed closed);
  /// Has said hello, and neither was answered nor ended.
  bool is_waiting() const { return phase_ == Phase::kWaiting; }
  void set_reading(bool reading) { peer_.set_reading(reading); }
  /// Tells this link from earlier ones of the same node.
  uint64_t id() const { return id_; }
  /// The events of its log up to there are stored, or were only seen.
  void on_log_position(const NodePosition& position, bool stored);
  /// Of an execution of this node; see hub/core/executions.h.
  void run(v1::RunCommand command);
  void cancel_execution(const std::string& id);
  void grant_output(const std::string& id, uint64_t bytes);
  void settle_execution(const std::string& id);
  /// Asks for what came after `positions` once more.
  void ask_again(const std::vector<v1::LogPosition>& positions);
  const std::set<std::string, std::less<>>& resources() const { return resources_; }

 private:
  struct PendingProbe {
    uint64_t id = 0;  // 0: none
    SteadyTime sent;
  };
  enum class Phase { kHello, kWaiting, kConnected, kClosing };

  void on_hello(const v1::NodeHello& hello);
  void on_value(v1::ResourceValue value);
  void on_refreshed(v1::Refreshed refreshed);
  void on_probe_reply(const v1::ProbeReply& reply);
  void check_clock();
  PendingProbe send_probe();
  void on_renew(const v1::Renew& renew);
  void on_output(v1::ExecutionOutput output);
  void on_log_events(const v1::LogEvents& sent);
  void grant_more();
  bool check_value(const v1::ResourceValue& value);
  std::optional<v1::ResourceValue> assemble(ValueAssembler& assembler, v1::ResourceValue value);
  void send(const v1::HubToNode& message);
  void protocol_error(const std::string& detail);

  Hub& hub_;
  Peer& peer_;
  NodeCertificate certificate_;
  std::string address_;
  Phase phase_ = Phase::kHello;
  bool welcomed_ = false;
  std::string folder_id_;  // of the rest of the hello, the state has what it needs
  std::set<std::string, std::less<>> resources_;
  // One value and one refresh at a time: their parts come without others between them.
  ValueAssembler value_;
  ValueAssembler refreshed_;
  struct PendingRefresh {
    std::string resource;
    std::function<void()> done;
  };
  std::map<uint64_t, PendingRefresh> refreshes_;
  // What the node was asked and has yet to answer: one of each kind, told apart by their ids.
  uint64_t last_probe_id_ = 0;
  PendingProbe life_probe_;
  std::function<void()> probe_answered_;
  PendingProbe clock_probe_;
  ClockSampler clock_sampler_;
  std::optional<Deadlines::Id> clock_timer_;
  bool said_goodbye_ = false;
  uint64_t id_;
  LogGrant log_grant_;
  uint64_t log_round_ = 0;  // of the last log_again
  std::optional<Deadlines::Id> grant_timer_;
};

}  // namespace picket::hub
