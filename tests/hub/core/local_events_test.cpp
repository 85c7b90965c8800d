// Local events of nodes: taken as lines of logs are, by their numbers, and held to their rules.
#include <cstdint>
#include <string>
#include <vector>

#include "common/limits.h"
#include "hub/core/log_intake.h"
#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"

namespace picket::hub {
namespace {

using test::HubRig;
using test::kinds_of;
using test::live_subscribe;
using test::RigLink;
using Kinds = std::vector<std::string>;

v1::Event local(const std::string& kind, const std::string& text = "text") {
  v1::Event event;
  event.set_kind(kind);
  event.mutable_local()->set_uid(1000);
  event.mutable_local()->set_text(text);
  return event;
}

struct Fixture {
  Fixture() : node(rig.connect_node("web1")), watcher(rig.subscriber(live_subscribe())) {
    rig.settle();
    node->peer.sent.clear();
  }
  Kinds tell(uint64_t number, const v1::Event& event, const std::string& source = "local") {
    v1::NodeToHub message;
    auto& sent = *message.mutable_log_events();
    sent.set_source(source);
    sent.set_instance("spool");
    auto& added = *sent.add_events();
    added.set_offset(number);
    added.set_part(1);
    added.set_at_unix_ns(77);
    added.set_event(event.SerializeAsString());
    node->say(message);
    rig.settle();
    updates = watcher->peer.pull_all<v1::HubToClient>(*watcher->handler);
    return kinds_of(updates);
  }

  HubRig rig{{"web1"}};
  std::unique_ptr<RigLink> node;
  std::unique_ptr<RigLink> watcher;
  std::vector<v1::HubToClient> updates;
};

}  // namespace

TEST_CASE("a local event is told once, with the time of its acceptance, and acknowledged") {
  Fixture f;
  CHECK(f.tell(1, local("local.backup.failed")) == Kinds{"local.backup.failed"});
  CHECK(f.updates[0].update().at_unix_ns() == 77);
  CHECK(f.updates[0].update().event().local().uid() == 1000);
  const auto answers = f.node->peer.take<v1::HubToNode>();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].log_acknowledged().position().source() == "local");
  CHECK(answers[0].log_acknowledged().position().offset() == 1);
  CHECK(f.tell(1, local("local.backup.failed")).empty());
  CHECK(f.tell(2, local("local.backup.done")) == Kinds{"local.backup.done"});
}

TEST_CASE("an event that breaks the rules of local events, or comes as another, is quarantined") {
  Fixture f;
  uint64_t number = 0;
  const auto is_refused = [&](const v1::Event& event, const std::string& source = "local") {
    return f.tell(++number, event, source) == Kinds{"node.quarantined"};
  };
  for (const char* kind : {"local.", "local", "backup", "local.A", "session.opened", "local.a b"})
    CHECK(is_refused(local(kind)));
  CHECK(is_refused(local("local." + std::string(limits::kLocalKindBytesMax + 1, 'k'))));
  CHECK(is_refused(local("local.k", std::string(limits::kLocalTextBytesMax + 1, 'x'))));
  CHECK(is_refused(local("local.k"), "/var/log/auth.log"));
  v1::Event auth;
  auth.set_kind("ssh.failed");
  auth.mutable_auth()->set_user("alice");
  CHECK(is_refused(auth));
  auto many = local("local.k");
  for (std::size_t i = 0; i <= limits::kLocalFieldsMax; ++i)
    many.mutable_local()->add_fields()->set_name("n");
  CHECK(is_refused(many));
}

TEST_CASE("a local event may be larger than a line of a log, up to its own limit") {
  Fixture f;
  auto large = local("local.k");
  for (std::size_t i = 0; i < limits::kLocalFieldsMax; ++i) {
    auto& field = *large.mutable_local()->add_fields();
    field.set_name("n");
    field.set_value(std::string(limits::kLocalFieldBytesMax, 'x'));
  }
  REQUIRE(large.ByteSizeLong() > limits::kLogEventBytesMax);
  CHECK(f.tell(1, large) == Kinds{"local.k"});
  for (auto& field : *large.mutable_local()->mutable_fields()) {
    field.set_value(std::string(3 * limits::kLocalFieldBytesMax, 'x'));
    field.set_value_raw(std::string(limits::kLocalFieldBytesMax, 'x'));
  }
  REQUIRE(large.ByteSizeLong() > limits::kLocalEventBytesMax);
  CHECK(f.tell(2, large) == Kinds{"node.quarantined"});
  CHECK(f.updates[0].update().event().quarantined().reason() == "too large");
}

}  // namespace picket::hub
