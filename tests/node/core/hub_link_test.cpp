#include "node/core/hub_link.h"

#include <optional>

#include "common/frame.h"
#include "common/protocol.h"
#include "node/core/agent.h"
#include "tests/support/catch.h"
#include "tests/support/fake_peer.h"
#include "tests/support/memory_bookmark.h"
#include "tests/support/virtual_clock.h"

namespace picket::node {
namespace {

struct Observer final : HubLinkObserver {
  void on_welcome(const v1::Welcome& value) override { welcome = value; }
  void on_refused(const v1::Refusal& value) override { refusal = value; }
  void on_renewed(const v1::Renewed& value) override { renewed = value; }
  void on_closed(const Closed& value) override { closed = value; }
  std::optional<v1::Welcome> welcome;
  std::optional<v1::Refusal> refusal;
  std::optional<v1::Renewed> renewed;
  std::optional<Closed> closed;
};

v1::NodeHello hello() {
  v1::NodeHello hello;
  hello.set_folder_id("folder");
  hello.add_resources("sessions");
  return hello;
}

struct Fixture {
  Fixture() {
    v1::ResourceValue value;
    value.set_resource("sessions");
    value.mutable_sessions()->add_rows()->set_user("alice");
    agent.publish(value);
    link.emplace(agent, HubFeeds{feed, events, executions}, peer, observer);
  }
  void hub_says(const v1::HubToNode& message) {
    link->on_frame(encode_frame(message).substr(limits::kFrameHeaderBytes));
  }
  static v1::HubToNode welcome() {
    v1::HubToNode message;
    *message.mutable_welcome()->mutable_peer() = protocol::self("picket-hub", "h");
    message.mutable_welcome()->set_node("web1");
    return message;
  }
  std::vector<v1::NodeToHub> said() { return peer.take<v1::NodeToHub>(); }

  std::vector<std::pair<std::string, Agent::Answer>> refreshes;
  test::VirtualClock clock;
  Agent agent{hello(), clock, [this](const std::string& resource, Agent::Answer answer) {
                refreshes.emplace_back(resource, std::move(answer));
              }};
  LogFeeds feeds;
  test::MemoryBookmark bookmark;
  LogFeed feed{feeds, clock, bookmark};
  EventFeed events{nullptr, bookmark};
  ExecutionFeeds execution_feeds;
  ExecutionFeed executions{execution_feeds, "h"};
  test::FakePeer peer;
  Observer observer;
  std::optional<HubLink> link;
};

}  // namespace

TEST_CASE("a collector that is switched off leaves nobody waiting, and later ones are asked anew") {
  Fixture f;
  int answers = 0;
  const auto count = [&](const v1::ResourceValue& value) {
    CHECK(value.health().has_not_monitored());
    ++answers;
  };
  f.agent.refresh("sessions", count);
  f.agent.refresh("sessions", count);
  v1::ResourceValue off;
  off.set_resource("sessions");
  off.mutable_health()->mutable_not_monitored();
  f.agent.retire(off);
  CHECK(answers == 2);
  CHECK(f.agent.values().at("sessions").health().has_not_monitored());
  REQUIRE(f.refreshes.size() == 1);
  f.refreshes[0].second(f.agent.values().at("sessions"));  // too late
  CHECK(answers == 2);
  f.agent.refresh("sessions", count);
  CHECK(f.refreshes.size() == 2);
}

TEST_CASE("a renewal is asked for after the welcome, and its answer handed on") {
  Fixture f;
  f.link->renew("too early");
  CHECK(f.said().size() == 1);  // the hello
  f.hub_says(Fixture::welcome());
  (void)f.said();
  f.link->renew("a request");
  const auto said = f.said();
  REQUIRE(said.size() == 1);
  CHECK(said[0].renew().certificate_request() == "a request");
  v1::HubToNode answer;
  answer.mutable_renewed()->set_certificate("a certificate");
  f.hub_says(answer);
  REQUIRE(f.observer.renewed);
  CHECK(f.observer.renewed->certificate() == "a certificate");
}

TEST_CASE("a link that stands by answers probes, tells nothing, and ends unheard") {
  Fixture f;
  f.hub_says(Fixture::welcome());
  (void)f.said();
  f.link->stand_by();
  f.agent.publish(f.agent.values().at("sessions"));
  f.agent.stop("stopped");
  v1::HubToNode refresh;
  refresh.mutable_refresh()->set_resource("sessions");
  f.hub_says(refresh);
  CHECK(f.said().empty());
  CHECK(f.refreshes.empty());
  v1::HubToNode probe;
  probe.mutable_probe()->set_id(7);
  f.hub_says(probe);
  const auto said = f.said();
  REQUIRE(said.size() == 1);
  CHECK(said[0].probe_reply().id() == 7);
  f.link->on_closed({CloseReason::kPeerClosed, {}});
  CHECK_FALSE(f.observer.closed);
  CHECK_FALSE(f.peer.closed);
}

TEST_CASE("an agent says hello first, and nothing else before the welcome") {
  Fixture f;
  const auto first = f.said();
  REQUIRE(first.size() == 1);
  CHECK(first[0].hello().folder_id() == "folder");
  f.agent.publish(f.agent.values().at("sessions"));
  CHECK(f.said().empty());
  f.hub_says(Fixture::welcome());
  REQUIRE(f.observer.welcome);
  const auto values = f.said();
  REQUIRE(values.size() == 1);
  CHECK(values[0].value().sessions().rows(0).user() == "alice");
  f.agent.publish(f.agent.values().at("sessions"));
  CHECK(f.said().size() == 1);
}

TEST_CASE("which message a hub may send in which state, anything else ends the link") {
  v1::HubToNode refresh;
  refresh.mutable_refresh()->set_resource("sessions");
  v1::HubToNode probe;
  probe.mutable_probe()->set_id(3);
  for (const auto& early : {refresh, probe, v1::HubToNode()}) {
    Fixture f;
    f.hub_says(early);
    REQUIRE(f.peer.closed);
    CHECK(f.peer.closed->reason == CloseReason::kProtocolError);
  }
  Fixture f;
  f.hub_says(Fixture::welcome());
  f.hub_says(v1::HubToNode());  // of a newer hub
  CHECK_FALSE(f.peer.closed);
  f.hub_says(Fixture::welcome());
  CHECK(f.peer.closed->reason == CloseReason::kProtocolError);
}

TEST_CASE("bytes that are no message of a hub end the link") {
  Fixture f;
  f.link->on_frame("\xff\xff");
  CHECK(f.peer.closed->reason == CloseReason::kBadFrame);
}

TEST_CASE("a refusal is handed on and ends the link") {
  Fixture f;
  v1::HubToNode message;
  message.mutable_refusal()->set_text("revoked");
  message.mutable_refusal()->set_retry_after_ms(60'000);
  f.hub_says(message);
  REQUIRE(f.observer.refusal);
  CHECK(f.observer.refusal->retry_after_ms() == 60'000);
  CHECK(f.peer.closed);
}

TEST_CASE("a probe is answered with its id") {
  Fixture f;
  f.hub_says(Fixture::welcome());
  f.said();
  v1::HubToNode message;
  message.mutable_probe()->set_id(9);
  f.hub_says(message);
  CHECK(f.said().at(0).probe_reply().id() == 9);
}

TEST_CASE("what lay here while the node was away is not started later than its hub waits") {
  using namespace std::chrono_literals;
  struct Runner final : CommandRunner {
    void run(v1::RunCommand command) override { asked.push_back(std::move(command)); }
    void cancel(const std::string& /*id*/) override {}
    void add_credit(const std::string& /*id*/, uint64_t /*bytes*/) override {}
    std::vector<v1::RunCommand> asked;
  } runner;
  Fixture f;
  f.execution_feeds.set_runner(&runner);
  f.hub_says(Fixture::welcome());
  const auto starts_by = [&](Nanoseconds silence, uint64_t within_ms) {
    f.peer.silent = silence;
    v1::HubToNode message;
    message.mutable_run()->set_id(std::to_string(runner.asked.size()));
    message.mutable_run()->set_start_within_ms(within_ms);
    message.mutable_run()->set_start_by_boot_ns(99);  // not for a hub to say
    f.hub_says(message);
    return static_cast<int64_t>(runner.asked.back().start_by_boot_ns());
  };
  const int64_t now = f.clock.since_boot().count();
  CHECK(starts_by(4s, 20'000) == now + Nanoseconds(20s).count());
  CHECK(starts_by(15s, 20'000) == now + Nanoseconds(5s).count());
  CHECK(starts_by(10h, 20'000) == 1);
  CHECK(starts_by(0s, UINT64_MAX) == now + Nanoseconds(limits::kStartWithinMax).count());
  CHECK(starts_by(10h, 0) == 0);
}

TEST_CASE("a refresh asks the collector and answers with its id, or never if the link is gone") {
  Fixture f;
  f.hub_says(Fixture::welcome());
  f.said();
  v1::HubToNode message;
  message.mutable_refresh()->set_id(5);
  message.mutable_refresh()->set_resource("sessions");
  f.hub_says(message);
  REQUIRE(f.refreshes.size() == 1);
  f.refreshes[0].second(f.agent.values().at("sessions"));
  CHECK(f.said().at(0).refreshed().id() == 5);
  message.mutable_refresh()->set_resource("nothing of ours");
  f.hub_says(message);
  CHECK(f.refreshes.size() == 1);
  f.link.reset();
  f.refreshes[0].second(f.agent.values().at("sessions"));
  CHECK(f.peer.sent.empty());
}

TEST_CASE("refreshes that are asked for before the answer came share it, and never are too many") {
  Fixture f;
  f.hub_says(Fixture::welcome());
  f.said();
  const auto ask = [&f](uint64_t id) {
    v1::HubToNode message;
    message.mutable_refresh()->set_id(id);
    message.mutable_refresh()->set_resource("sessions");
    f.hub_says(message);
  };
  ask(1);
  ask(2);
  REQUIRE(f.refreshes.size() == 1);
  f.refreshes[0].second(f.agent.values().at("sessions"));
  const auto said = f.said();
  REQUIRE(said.size() == 2);
  CHECK(said[0].refreshed().id() == 1);
  CHECK(said[1].refreshed().id() == 2);

  for (uint64_t id = 3; id < 3 + 1'000; ++id) ask(id);
  CHECK(f.refreshes.size() < 20);
  f.refreshes.back().second(f.agent.values().at("sessions"));
  CHECK(f.said().size() < 100);
  ask(2'000);
  f.refreshes.back().second(f.agent.values().at("sessions"));
  CHECK(f.said().at(0).refreshed().id() == 2'000);
}

TEST_CASE("a stopping agent says goodbye once") {
  Fixture f;
  f.hub_says(Fixture::welcome());
  f.said();
  f.agent.stop("the agent stops");
  f.agent.stop("the agent stops");
  const auto last = f.said();
  REQUIRE(last.size() == 1);
  CHECK(last[0].has_goodbye());
  CHECK(f.peer.closed->reason == CloseReason::kStopping);
}

TEST_CASE("an agent that stops before its welcome came says goodbye, too: the hub may be ahead") {
  Fixture f;
  f.said();
  f.agent.stop("the agent stops");
  const auto last = f.said();
  REQUIRE(last.size() == 1);
  CHECK(last[0].has_goodbye());
}

TEST_CASE("a hub of another protocol version is told apart clearly (T5)") {
  Fixture f;
  auto message = Fixture::welcome();
  message.mutable_welcome()->mutable_peer()->set_protocol_min(5);
  message.mutable_welcome()->mutable_peer()->set_protocol_max(6);
  f.hub_says(message);
  CHECK(f.peer.closed->reason == CloseReason::kProtocolVersion);
  CHECK_FALSE(f.observer.welcome);
}

}  // namespace picket::node
