#include "hub/core/log_intake.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "common/auth_kinds.h"
#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;
using test::HubRig;
using test::kinds_of;
using test::live_subscribe;
using test::RigLink;
using Kinds = std::vector<std::string>;

std::string failed_login(const std::string& user) {
  v1::Event event;
  event.set_kind("ssh.failed");
  event.mutable_auth()->set_user(user);
  return event.SerializeAsString();
}

/// Events at these offsets, each with the offset as its user.
v1::NodeToHub events(const std::vector<uint64_t>& offsets, const std::string& instance = "i") {
  v1::NodeToHub message;
  auto& sent = *message.mutable_log_events();
  sent.set_source("journald");
  sent.set_instance(instance);
  for (const uint64_t offset : offsets) {
    auto* event = sent.add_events();
    event->set_offset(offset);
    event->set_part(1);
    event->set_at_unix_ns(static_cast<int64_t>(offset));
    event->set_event(failed_login(std::to_string(offset)));
  }
  return message;
}

struct Fixture {
  Fixture() : node(rig.connect_node("web1")), watcher(rig.subscriber(live_subscribe())) {
    rig.settle();
    told();
    node->peer.sent.clear();
  }
  /// The users of the auth events told since the last call; "missed" and the like in between.
  Kinds told() {
    rig.settle();
    Kinds users;
    for (const auto& message : watcher->peer.pull_all<v1::HubToClient>(*watcher->handler)) {
      if (!message.has_update()) continue;
      const auto& event = message.update().event();
      users.push_back(event.has_auth() ? event.auth().user() + (event.replayed() ? " again" : "")
                                       : event.kind());
    }
    return users;
  }
  std::vector<v1::HubToNode> answers() {
    rig.settle();
    return node->peer.take<v1::HubToNode>();
  }
  static v1::Welcome welcome_of(RigLink& link) {
    for (const auto& message : link.peer.take<v1::HubToNode>()) {
      if (message.has_welcome()) return message.welcome();
    }
    return {};
  }

  HubRig rig{{"web1", "web2"}};
  std::unique_ptr<RigLink> node;
  std::unique_ptr<RigLink> watcher;
};

}  // namespace

TEST_CASE(
    "each event of a log is told once, however often it is sent, and acknowledged when stored") {
  Fixture f;
  f.node->say(events({10, 20}));
  CHECK(f.node->peer.sent.empty());  // not before it is stored
  CHECK(f.told() == Kinds{"10", "20"});
  const auto answers = f.answers();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].log_acknowledged().position().offset() == 20);
  f.node->say(events({10, 20}));
  f.node->say(events({20, 30}));
  CHECK(f.told() == Kinds{"30"});
  auto other = events({5}, "after rotation");
  f.node->say(other);
  CHECK(f.told() == Kinds{"5"});
}

TEST_CASE("a node that connects again, also to a hub that started again, is told where to go on") {
  Fixture f;
  f.node->say(events({10, 20}));
  f.told();
  v1::NodeToHub looked;
  looked.mutable_log_events()->set_source("journald");
  looked.mutable_log_events()->set_instance("i");
  looked.mutable_log_events()->set_read_through(99);
  f.node->say(looked);
  f.rig.settle();
  auto again = f.rig.connect_node("web1");
  const auto welcome = Fixture::welcome_of(*again);
  REQUIRE(welcome.positions_size() == 1);
  CHECK(welcome.positions(0).offset() == 99);
  CHECK(welcome.log_events_granted() == limits::kLogEventsWindow);

  HubRig next({"web1", "web2"}, {}, {}, f.rig.stored());
  auto link = next.connect_node("web1");
  CHECK(Fixture::welcome_of(*link).positions(0).offset() == 99);
  auto other = next.connect_node("web2");
  CHECK(Fixture::welcome_of(*other).positions_size() == 0);
}

TEST_CASE("T1: an event that can't be read costs itself only, and is told as such") {
  Fixture f;
  auto sent = events({1, 2, 3, 4, 5});
  auto& list = *sent.mutable_log_events();
  list.mutable_events(0)->set_event("\xff\xff\xff");
  list.mutable_events(1)->set_event(std::string(limits::kLogEventBytesMax + 1, 'x'));
  v1::Event forged;
  forged.set_kind("node.connected");
  forged.mutable_node()->set_address("192.0.2.66:1");
  list.mutable_events(2)->set_event(forged.SerializeAsString());
  forged.Clear();
  forged.set_kind("hub.started");
  forged.mutable_auth()->set_user("x");
  list.mutable_events(3)->set_event(forged.SerializeAsString());
  f.node->say(sent);
  CHECK(f.told() ==
        Kinds{"node.quarantined", "node.quarantined", "node.quarantined", "node.quarantined", "5"});
  CHECK_FALSE(f.node->peer.closed);
  CHECK(f.answers().back().log_acknowledged().position().offset() == 5);
}

TEST_CASE("each kind of the auth log is taken from a node, and no other kind") {
  v1::Event event;
  event.mutable_auth();
  for (const auto& row : kAuthKinds) {
    INFO(row.name);
    event.set_kind(std::string(row.name));
    CHECK(is_log_event(event));
    v1::Event other;
    other.set_kind(std::string(row.name));
    CHECK_FALSE(is_log_event(other));
    other.mutable_gap();
    CHECK_FALSE(is_log_event(other));
  }
  for (const char* kind : {"", "ssh.comet", "session.opened", "node.connected", "log.gap"}) {
    INFO(kind);
    event.set_kind(kind);
    CHECK_FALSE(is_log_event(event));
  }
}

TEST_CASE("T2: who sends more than was granted, or out of order, loses its link") {
  Fixture f;
  std::vector<uint64_t> many(limits::kLogEventsWindow + 1);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = i + 1;
  f.node->say(events(many));
  REQUIRE(f.node->peer.closed);
  CHECK(f.node->peer.closed->detail == "more log events than were granted");
  Fixture g;
  g.node->say(events({2, 1}));
  CHECK(g.node->peer.closed);
}

TEST_CASE("T2: a node at its rate gets more bit by bit, without asking") {
  Fixture f;
  uint64_t offset = 0;
  uint64_t granted = limits::kLogEventsWindow;
  for (int second = 0; second < 40; ++second) {
    while (offset < granted) {
      std::vector<uint64_t> some;
      while (offset < granted && some.size() < 500) some.push_back(++offset);
      f.node->say(events(some));
    }
    f.rig.advance(1s);
    for (const auto& answer : f.answers()) {
      if (answer.has_log_granted()) granted = answer.log_granted().events();
    }
  }
  CHECK(offset > limits::kLogEventsBurst);
  CHECK(offset <= limits::kLogEventsBurst + 41 * limits::kLogEventsPerSecond);
}

TEST_CASE(
    "while nothing can be stored, live subscribers are told, and afterwards the node sends again") {
  Fixture f;
  f.node->say(events({10}));
  f.told();
  f.node->peer.sent.clear();
  f.rig.journal.full = true;
  f.node->say(events({20}));
  CHECK(f.told() == Kinds{"20"});
  f.node->say(events({30}));
  CHECK(f.told() == Kinds{"30"});
  for (const auto& answer : f.answers()) CHECK_FALSE(answer.has_log_acknowledged());
  f.rig.journal.full = false;
  f.rig.advance(limits::kStoreRetry);
  const auto answers = f.answers();
  REQUIRE_FALSE(answers.empty());
  REQUIRE(answers.back().has_log_again());
  const auto& again = answers.back().log_again();
  REQUIRE(again.positions_size() == 1);
  CHECK(again.positions(0).offset() == 10);
  CHECK(again.round() == 1);
  f.node->say(events({40}));  // sent before it knew
  CHECK(f.told().empty());
  auto replay = events({20, 30, 40});
  replay.mutable_log_events()->set_round(1);
  f.node->say(replay);
  CHECK(f.told() == Kinds{"20 again", "30 again", "40"});
  CHECK(f.answers().back().log_acknowledged().position().offset() == 40);
}

TEST_CASE("a durable subscriber gets what was replayed, and is told what was never stored") {
  Fixture f;
  auto subscribe = live_subscribe();
  subscribe.set_ceiling(v1::Subscribe::CEILING_DURABLE);
  auto saver = f.rig.subscriber(subscribe);
  saver->peer.pull_all<v1::HubToClient>(*saver->handler);
  f.rig.journal.full = true;
  f.node->say(events({20}));
  f.rig.settle();
  const auto meanwhile = saver->peer.pull_all<v1::HubToClient>(*saver->handler);
  REQUIRE(meanwhile.size() == 1);
  CHECK_FALSE(meanwhile[0].storing().storing());
  f.rig.journal.full = false;
  f.rig.advance(limits::kStoreRetry);
  auto replay = events({20});
  replay.mutable_log_events()->set_round(1);
  f.node->say(replay);
  f.rig.settle();
  std::vector<std::string> got;
  for (const auto& message : saver->peer.pull_all<v1::HubToClient>(*saver->handler)) {
    got.push_back(message.has_storing()  ? "storing"
                  : message.has_missed() ? "missed"
                                         : kind_of(message.update()));
  }
  CHECK(got == Kinds{"storing", "missed", "ssh.failed"});
}

TEST_CASE("positions of many instances are not kept for ever") {
  Fixture f;
  for (uint64_t i = 1; i <= limits::kLogInstancesMax + 3; ++i) {
    f.node->say(events({i}, "instance " + std::to_string(i)));
    f.rig.settle();
  }
  auto again = f.rig.connect_node("web1");
  const auto welcome = Fixture::welcome_of(*again);
  CHECK(welcome.positions_size() == static_cast<int>(limits::kLogInstancesMax));
  for (const auto& position : welcome.positions()) CHECK(position.offset() > 3);
}

TEST_CASE("what is sent once more takes no place in the window for good") {
  Fixture f;
  f.node->say(events({1}));
  f.told();
  uint64_t granted = limits::kLogEventsWindow;
  for (uint64_t sent = 1; sent < 3 * limits::kLogEventsWindow; ++sent) {
    REQUIRE(sent < granted);
    f.node->say(events({1}));
    for (const auto& answer : f.answers()) {
      if (answer.has_log_granted()) granted = answer.log_granted().events();
    }
  }
  CHECK_FALSE(f.node->peer.closed);
}

TEST_CASE("a grant of too little for a line is followed by more, though nothing else happens") {
  Fixture f;
  constexpr uint64_t kBurst = limits::kLogEventsBurst;
  constexpr uint64_t kLeft = 100;
  uint64_t granted = limits::kLogEventsWindow;
  const auto hear = [&] {
    for (const auto& answer : f.answers()) {
      if (answer.has_log_granted()) granted = answer.log_granted().events();
    }
  };
  const auto numbers = [](uint64_t first, uint64_t last) {
    std::vector<uint64_t> all(last - first + 1);
    std::iota(all.begin(), all.end(), first);
    return all;
  };
  for (uint64_t sent = 0; sent < kBurst - kLeft;) {
    const uint64_t last = std::min({granted, sent + 500, kBurst - kLeft});
    REQUIRE(last > sent);
    f.node->say(events(numbers(sent + 1, last)));
    sent = last;
    hear();
  }
  REQUIRE(granted == kBurst);
  f.rig.advance(Nanoseconds(1s) / limits::kLogEventsPerSecond);  // the rate allows one more
  f.node->say(events(numbers(1, kLeft)));                        // known: nothing will be stored
  hear();
  REQUIRE(granted == kBurst + 1);
  f.rig.advance(limits::kLogGrantRetry);
  hear();
  CHECK(granted > kBurst + 1);
}

TEST_CASE("T2: messages without events are limited as if each had one") {
  Fixture f;
  for (uint64_t sent = 0; sent < limits::kLogEventsBurst; ++sent) {
    REQUIRE_FALSE(f.node->peer.closed);
    f.node->say(events({}));
    f.rig.settle();
  }
  REQUIRE_FALSE(f.node->peer.closed);
  f.node->say(events({}));
  REQUIRE(f.node->peer.closed);
  CHECK(f.node->peer.closed->detail == "more log events than were granted");
}

TEST_CASE("a node that was forgotten begins its log anew when its name joins again") {
  Fixture f;
  f.node->say(events({10}));
  f.told();
  f.node->end();
  f.rig.hub->on_forgotten("web1");
  f.rig.settle();
  CHECK(f.rig.journal.positions.back().dropped);
  auto again = f.rig.connect_node("web1");
  CHECK(Fixture::welcome_of(*again).positions_size() == 0);
}

}  // namespace picket::hub
