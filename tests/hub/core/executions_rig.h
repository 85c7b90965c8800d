// A hub with a node that runs commands, whose part the test plays, and clients that ask for them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "hub/core/executions.h"
#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"

namespace picket::hub::test_executions {

using test::HubRig;
using test::RigLink;
using Words = std::vector<std::string>;

inline constexpr uint32_t kOperator = 1002;
inline constexpr uint32_t kStranger = 1003;

inline Caller as(uint32_t uid) { return {.uid = uid, .gid = uid, .groups = {}}; }

inline AccessRules rules() {
  AccessRules access;
  access.observe_uids = {kStranger, kOperator};
  access.run = {{.uids = {kOperator}, .gids = {}, .labels = {"up*"}, .nodes = {"web*"}}};
  return access;
}

/// A node that runs "uptime" and "backup", and clients that ask for it.
struct Fixture {
  explicit Fixture(const JournalContents& stored = {}, std::deque<AuditPage> audited = {})
      : rig({"web1", "db1"}, {}, rules(), stored, std::move(audited)) {}

  void connect() {
    auto hello = HubRig::hello();
    hello.mutable_hello()->add_resources("commands");
    node = rig.node_link("web1");
    node->say(hello);
    v1::NodeToHub message;
    auto* value = message.mutable_value();
    value->set_resource("commands");
    value->set_parts(1);
    value->mutable_health()->mutable_ok();
    for (const char* label : {"backup", "uptime"})
      value->mutable_commands()->add_rows()->set_label(label);
    value->mutable_commands()->set_instance_id("executor-1");
    node->say(message);
    rig.settle();
    asked();
  }
  /// What the node was told of executions since this was last asked.
  Words asked() {
    Words words;
    for (auto& message : node->peer.take<v1::HubToNode>()) {
      if (message.has_run()) {
        run = message.run();
        words.push_back("run " + run.label() + " by " + run.instance_id());
      }
      if (message.has_cancel_execution()) words.emplace_back("cancel");
      if (message.has_settle_execution()) words.emplace_back("settle");
      if (message.has_output_credit()) credit += message.output_credit().bytes();
    }
    return words;
  }
  std::unique_ptr<RigLink> ask(v1::ClientToHub request, Caller caller = {}) {
    auto client = rig.connect_client(std::move(caller));
    request.set_request_id(7);
    client->say(request);
    rig.settle();
    return client;
  }
  std::unique_ptr<RigLink> start(const std::string& label = "uptime", Caller caller = {},
                                 const std::string& on = "web1") {
    v1::ClientToHub request;
    request.mutable_run()->set_node(on);
    request.mutable_run()->set_label(label);
    auto client = ask(request, std::move(caller));
    if (node) asked();
    return client;
  }
  std::unique_ptr<RigLink> attach() {
    v1::ClientToHub request;
    request.mutable_attach_execution()->set_id(run.id());
    return ask(request);
  }
  void started() {
    v1::NodeToHub message;
    message.mutable_execution_started()->set_id(run.id());
    node->say(message);
  }
  void output(std::size_t bytes, char letter = 'x', uint64_t missed = 0) {
    v1::NodeToHub message;
    auto& output = *message.mutable_execution_output();
    output.set_id(run.id());
    output.set_stream(v1::ExecutionOutput::STREAM_STDOUT);
    output.set_data(std::string(bytes, letter));
    output.set_missed_bytes(missed);
    node->say(message);
  }
  void ended(uint32_t code = 0) {
    v1::NodeToHub message;
    message.mutable_execution_ended()->set_id(run.id());
    message.mutable_execution_ended()->mutable_end()->set_kind(v1::ExecutionEnd::KIND_EXITED);
    message.mutable_execution_ended()->mutable_end()->set_code(code);
    node->say(message);
    rig.settle();
  }
  /// The node says on a new link what it knows.
  void know(const std::vector<std::pair<std::string, uint64_t>>& sent) {
    v1::NodeToHub message;
    auto& known = *message.mutable_known_executions();
    for (const auto& [id, bytes] : sent) {
      auto& one = *known.add_executions();
      one.set_id(id);
      one.set_sent_bytes(bytes);
      one.set_granted_bytes(bytes);
    }
    node->say(message);
    rig.settle();
  }
  void disconnect() {
    node->end();
    rig.settle();
  }

  HubRig rig;
  std::unique_ptr<RigLink> node;
  v1::RunCommand run;   // the last that the node was asked for
  uint64_t credit = 0;  // beyond the run's own
};

inline std::string words_of(const v1::HubToClient& message) {
  if (message.has_execution())
    return v1::Execution::State_Name(message.execution().state()).substr(sizeof "STATE_" - 1);
  if (message.has_execution_output()) {
    const auto& output = message.execution_output();
    const std::string missed =
        output.missed_bytes() > 0 ? std::to_string(output.missed_bytes()) + " missed, " : "";
    return missed + std::to_string(output.data().size()) + output.data().substr(0, 1);
  }
  if (message.has_execution_ended()) return hub::words_of(message.execution_ended().end());
  if (message.has_error()) return "error: " + message.error().text();
  return message.has_end() ? "end" : "other";
}

/// All that a client was told since this was last asked.
inline Words told(RigLink& client) {
  Words words;
  for (const auto& message : client.peer.take<v1::HubToClient>())
    words.push_back(words_of(message));
  for (const auto& message : client.peer.pull_all<v1::HubToClient>(*client.handler))
    words.push_back(words_of(message));
  return words;
}

inline std::vector<std::string> actions(const HubRig& rig) {
  std::vector<std::string> words;
  for (const auto& record : rig.audit.records) {
    if (record.action.starts_with("run.")) words.push_back(record.action + " " + record.outcome);
  }
  return words;
}

}  // namespace picket::hub::test_executions
