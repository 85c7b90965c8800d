#include "client/lib/json.h"
#include "client/lib/json_executions.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

#include "common/base64.h"
#include "common/unicode.h"
#include "tests/client/run_samples.h"
#include "tests/client/samples.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"
#include "tests/support/hostile_text.h"

namespace picket::client {
namespace {

std::string line(const v1::Update& update) {
  v1::HubToClient frame;
  *frame.mutable_update() = update;
  return to_json(frame) + '\n';
}

std::string subscription_lines() {
  v1::Session full = samples::session("m\xef\xbf\xbdller", "pts/3", "192.0.2.7");
  full.set_user_raw("m\xfcller");
  full.set_remote_host_raw("\xff");
  full.set_seat("seat0");
  full.set_idle_ms(0);
  *full.mutable_behind() = samples::behind();
  full.set_key_name("alice's laptop");
  std::string text = line(samples::session_event("session.opened", full));
  text += line(samples::node_event("node.disconnected"));
  v1::CollectorHealth throttled = samples::ok_health();
  throttled.mutable_ok()->set_throttled_behind_ms(1500);
  for (const auto& health :
       {samples::ok_health(), throttled, samples::failed_health(), samples::not_monitored(),
        samples::initialising(), v1::CollectorHealth()}) {
    text += line(samples::collector_event("collector.failed", health));
  }
  v1::Update started = samples::event("hub.started");
  started.clear_node();
  started.mutable_event()->mutable_hub()->set_version("0.1.0");
  text += line(started) + line(samples::change());
  text += line(samples::auth_event("ssh.failed")) + line(samples::gap_event()) +
          line(samples::quarantined_event());
  text += line(samples::wireguard_event("wg.peer_endpoint_moved")) +
          line(samples::wireguard_change()) + line(samples::host_change()) +
          line(samples::local_event());
  v1::HubToClient frame;
  frame.mutable_live()->set_seq(7);
  text += to_json(frame) + '\n';
  frame.mutable_progress()->set_seq(8);
  text += to_json(frame) + '\n';
  frame.mutable_missed()->set_first_seq(9);
  frame.mutable_missed()->set_last_seq(10);
  frame.mutable_missed()->set_reason("no longer kept");
  text += to_json(frame) + '\n';
  frame.mutable_missed()->set_node("web1");
  text += to_json(frame) + '\n';
  frame.mutable_storing()->set_storing(false);
  text += to_json(frame) + '\n';
  *frame.mutable_node() = samples::gone_node("db1");
  text += to_json(frame) + '\n';
  frame.mutable_rows()->set_node("web1");
  frame.mutable_rows()->set_resource("sessions");
  frame.mutable_rows()->mutable_sessions();
  text += to_json(frame) + '\n';
  auto& log = *frame.mutable_rows()->mutable_auth_log();
  log.set_source("journald");
  log.set_instance("00112233aabbccdd");
  log.set_offset(77);
  log.set_behind_ms(1500);
  text += to_json(frame) + '\n';
  auto& wireguard = *frame.mutable_rows()->mutable_wireguard();
  *wireguard.add_interfaces() = samples::wireguard_interface();
  *wireguard.add_peers() = samples::wireguard_peer();
  return text + to_json(frame) + '\n';
}

std::string run_lines() {
  v1::ExecutionOutput output;
  output.set_id(samples::execution().id());
  output.set_stream(v1::ExecutionOutput::STREAM_STDOUT);
  output.set_data("caf\xc3\xa9\n");
  std::string text = to_json(samples::execution()) + '\n' + to_json("web1", output) + '\n';
  output.set_stream(v1::ExecutionOutput::STREAM_STDERR);
  output.set_data("\xff\n");
  output.set_missed_bytes(7);
  text += to_json("web1", output) + '\n';
  v1::ExecutionEnded ended;
  ended.set_id(output.id());
  ended.set_missed_bytes(9);
  ended.mutable_end()->set_kind(v1::ExecutionEnd::KIND_REFUSED);
  ended.mutable_end()->set_refusal(v1::COMMAND_REFUSAL_BAD_PARAMETER);
  ended.mutable_end()->set_reason("service: expected one of: nginx");
  return text + to_json("web1", ended) + '\n' + run_failure_json("web2", "web2 is not connected") +
         '\n';
}

std::string reply_lines() {
  NodeDetails details{samples::node("web1", samples::ok_health(), 1), {}};
  details.node.mutable_collectors(0)->set_refreshed_ago_ms(20);
  *details.sessions.add_rows() = samples::session("alice", "pts/3", "192.0.2.7");
  details.commands = samples::commands();
  const NodeDetails nobody{samples::node("web2", samples::ok_health(), 0), {}};
  const NodeDetails blind{samples::node("web3", samples::failed_health(), 0), {}};
  return to_json(details) + '\n' + to_json(nobody) + '\n' + to_json(blind) + '\n' +
         to_json(samples::gone_node("db1")) + '\n' + to_json(v1::NodeSummary()) + '\n' +
         to_json(samples::status()) + '\n' + to_json(samples::not_storing()) + '\n' +
         to_json(v1::Status()) + '\n' + to_json(samples::token("web1")) + '\n' + run_lines();
}

// Adds the names of the fields in a .proto file's messages, as JSON has them; not those that only a
// hub reads, nor those of the frames themselves.
void add_fields(const std::string& file, std::set<std::string>& names) {
  const std::set<std::string> others = {
      "ClientToHub",     "HubToClient",  "ClientHello",     "HubHello",         "Error",
      "Filter",          "Subscribe",    "ListNodes",       "ShowNodes",        "RevokeNode",
      "ForgetNode",      "CreateTokens", "RevokeToken",     "CollectorHealth",  "ListAudit",
      "AuditLine",       "Run",          "AttachExecution", "ListExecutions",   "RunCommand",
      "CancelExecution", "OutputCredit", "RunRefused",      "ExecutionStarted", "ExecutionRunning",
      "CommandArgument"};
  const std::regex message("^message ([A-Za-z]+) .*");
  const std::regex field("^ +(?:optional |repeated )?[A-Za-z0-9_]+ ([a-z_0-9]+) = \\d+;.*");
  std::ifstream lines(std::string(PICKET_SOURCE "/proto/picket/v1/") + file);
  std::string current;
  std::smatch found;
  for (std::string text; std::getline(lines, text);) {
    if (std::regex_match(text, found, message)) current = found[1];
    if (others.contains(current) || !std::regex_match(text, found, field)) continue;
    names.insert(std::regex_replace(found[1].str(), std::regex("_unix_ns$"), ""));
  }
}

}  // namespace

TEST_CASE("a subscription's lines in JSON are as documented") {
  const std::string lines = subscription_lines();
  CHECK(lines == test::golden("tests/fixtures/golden/subscription.jsonl", lines));
}

TEST_CASE("the replies' lines in JSON are as documented") {
  const std::string lines = reply_lines();
  CHECK(lines == test::golden("tests/fixtures/golden/replies.jsonl", lines));
}

TEST_CASE("every field of the protocol that reaches a client is in the JSON") {
  const std::string lines = subscription_lines() + reply_lines();
  std::set<std::string> names;
  add_fields("model.proto", names);
  add_fields("execution.proto", names);
  add_fields("client_link.proto", names);
  CHECK(names.size() > 60);
  for (const std::string& name : names) {
    CAPTURE(name);
    CHECK(lines.find('"' + name + '"') != std::string::npos);
  }
}

TEST_CASE("hostile text stays within its JSON string, in ASCII, and comes back as it was") {
  for (const std::string& text : test::hostile_texts()) {
    v1::Token token;
    token.set_node(unicode::repaired(text));
    const std::string json = to_json(token);
    CHECK(std::ranges::all_of(json, [](char c) { return c >= 0x20 && c < 0x7f; }));
    CHECK(nlohmann::json::parse(json).at("node") == unicode::repaired(text));
  }
}

TEST_CASE("bytes are base64 with padding") {
  CHECK(to_base64("").empty());
  CHECK(to_base64("f") == "Zg==");
  CHECK(to_base64("fo") == "Zm8=");
  CHECK(to_base64("foo") == "Zm9v");
  CHECK(to_base64("foobar") == "Zm9vYmFy");
  CHECK(to_base64("\xff\xfe\xfd") == "//79");
}

TEST_CASE("rows in several messages are one node's, and rows of another are not mixed in") {
  NodeDetailsReader reader;
  CHECK_FALSE(reader.on_node(samples::node("web1", samples::ok_health(), 3)));
  v1::NodeRows rows;
  rows.set_node("web1");
  *rows.mutable_sessions()->add_rows() = samples::session("alice", "pts/1", "");
  reader.on_rows(rows);
  reader.on_rows(rows);
  rows.set_node("web9");
  reader.on_rows(rows);
  const auto first = reader.on_node(samples::node("web2", samples::ok_health(), 0));
  REQUIRE(first);
  CHECK(first->node.name() == "web1");
  CHECK(first->sessions.rows_size() == 2);
  const auto last = reader.on_end();
  REQUIRE(last);
  CHECK(last->sessions.rows_size() == 0);
  CHECK_FALSE(reader.on_end());
}

}  // namespace picket::client
