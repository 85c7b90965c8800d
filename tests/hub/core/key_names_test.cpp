// Whose key it was: of a login, and of the session that it opened.
#include "hub/core/key_names.h"

#include <cstdint>

#include "common/limits.h"
#include "hub/core/node_items.h"
#include "hub/core/state.h"
#include "hub/core/stored_node.h"
#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"
#include "tests/support/virtual_clock.h"

namespace picket::hub {
namespace {

const std::string kPrint = "SHA256:PPMFOtWIgsKrJFYAsPcTTy/o4h59+bZadmbUAl/ohb4";

struct Fixture {
  Fixture() {
    state.connected({.node = "web1",
                     .address = {},
                     .certificate_expires = {},
                     .facts = {},
                     .resources = {"auth_log", "sessions"}},
                    false);
    sessions({});
  }
  Updates sessions(const std::vector<uint32_t>& pids) {
    v1::ResourceValue value;
    value.set_resource("sessions");
    value.mutable_health()->mutable_ok();
    for (const uint32_t pid : pids) {
      auto* row = value.mutable_sessions()->add_rows();
      row->set_key("c" + std::to_string(pid));
      row->set_user("root");
      row->set_leader_pid(pid);
      row->set_since_unix_ns(to_unix_ns(clock.wall()));
    }
    return state.value("web1", value);
  }
  Updates login(uint32_t pid, const std::string& name,
                v1::AuthEvent::Verified verified = v1::AuthEvent::VERIFIED_YES,
                const std::string& kind = "ssh.accepted") {
    v1::Event event;
    event.set_kind(kind);
    auto& auth = *event.mutable_auth();
    auth.set_pid(pid);
    auth.set_key_fingerprint(kPrint);
    auth.set_key_name(name);
    auth.set_verified(verified);
    return state.logged("web1", clock.wall(), event);
  }
  std::string shown(uint32_t pid) const {
    v1::Session row;
    row.set_key("c" + std::to_string(pid));
    fill_key_name(*state.find("web1"), row);
    return row.key_name();
  }

  test::VirtualClock clock;
  State state{clock, 0};
};

}  // namespace

TEST_CASE("a login told before its session is seen names it, and its end as well") {
  Fixture f;
  CHECK(f.login(7, "alice").size() == 1);
  const auto opened = f.sessions({7});
  CHECK(opened[0].change().sessions().added(0).key_name() == "alice");
  CHECK(opened[1].event().session().session().key_name() == "alice");
  CHECK(f.sessions({7}).empty());
  CHECK(f.shown(7) == "alice");
  const auto closed = f.sessions({});
  CHECK(closed.back().event().session().session().key_name() == "alice");
  CHECK(f.shown(7).empty());
}

TEST_CASE("a login told after its session was seen names it by an update") {
  Fixture f;
  CHECK(f.sessions({7})[1].event().session().session().key_name().empty());
  const auto told = f.login(7, "alice");
  REQUIRE(told.size() == 2);
  CHECK(told[0].change().sessions().changed(0).key_name() == "alice");
  CHECK(told[1].event().auth().key_name() == "alice");
  CHECK(f.login(7, "mallory").size() == 1);  // a session has one login
  CHECK(f.shown(7) == "alice");
}

TEST_CASE("only a login that can be believed names a session, and only one of its time") {
  Fixture f;
  f.login(7, "alice", v1::AuthEvent::VERIFIED_UNVERIFIED_SOURCE);
  f.login(7, "alice", v1::AuthEvent::VERIFIED_YES, "ssh.failed");
  f.login(0, "alice");
  f.login(8, "alice");
  f.clock.advance(std::chrono::seconds(61));
  f.sessions({0, 7, 8, 9});
  for (const uint32_t pid : {0U, 7U, 8U, 9U}) CHECK(f.shown(pid).empty());
}

TEST_CASE("the hub's people come before what a node says, and before nothing at all") {
  Fixture f;
  f.state.set_people({{kPrint, "Alice A."}});
  CHECK(f.login(7, "some comment").back().event().auth().key_name() == "Alice A.");
  CHECK(f.login(8, "").back().event().auth().key_name() == "Alice A.");
  CHECK(
      f.login(9, "", v1::AuthEvent::VERIFIED_YES, "ssh.failed").back().event().auth().key_name() ==
      "Alice A.");
  f.state.set_people({});
  CHECK(f.login(10, "").back().event().auth().key_name().empty());
}

TEST_CASE("a name of many bytes, which would stand in every row, is left out") {
  Fixture f;
  CHECK(f.login(7, std::string(limits::kKeyNameBytesMax + 1, 'x'))
            .back()
            .event()
            .auth()
            .key_name()
            .empty());
  f.sessions({7});
  CHECK(f.shown(7).empty());
}

TEST_CASE("logins without a session are forgotten, the oldest first") {
  Fixture f;
  for (uint32_t pid = 1; pid <= 300; ++pid) f.login(pid, "key of " + std::to_string(pid));
  f.sessions({1, 300});
  CHECK(f.shown(1).empty());
  CHECK(f.shown(300) == "key of 300");
}

TEST_CASE("a session that a login has named is stored so with that login's line") {
  HubSettings settings;
  settings.people = {{kPrint, "alice"}};
  test::HubRig rig({"web1"}, settings);
  auto node = rig.connect_node("web1");
  auto value = test::HubRig::sessions({"root"});
  auto* row = value.mutable_value()->mutable_sessions()->mutable_rows(0);
  row->set_leader_pid(7);
  row->set_since_unix_ns(1);
  node->say(value);
  rig.settle();
  REQUIRE(decode_node(rig.journal.nodes.at("web1"))->resources.at("sessions").key_names.empty());
  v1::Event event;
  event.set_kind("ssh.accepted");
  event.mutable_auth()->set_pid(7);
  event.mutable_auth()->set_key_fingerprint(kPrint);
  event.mutable_auth()->set_verified(v1::AuthEvent::VERIFIED_YES);
  v1::NodeToHub line;
  line.mutable_log_events()->set_source("journald");
  line.mutable_log_events()->set_instance("i");
  auto* told = line.mutable_log_events()->add_events();
  told->set_offset(1);
  told->set_part(1);
  told->set_at_unix_ns(1);
  told->set_event(event.SerializeAsString());
  node->say(line);
  rig.settle();
  const auto stored = decode_node(rig.journal.nodes.at("web1"));
  REQUIRE(stored);
  CHECK(stored->resources.at("sessions").key_names.at("root") == "alice");
}

TEST_CASE("a session's key name is there after a restart of the hub") {
  Fixture f;
  f.login(7, "alice");
  f.sessions({7});
  auto record = decode_node(encode_node(*f.state.find("web1")));
  REQUIRE(record);
  State later(f.clock, f.state.last_seq());
  later.restore("web1", *std::move(record), f.clock.wall());
  v1::Session row;
  row.set_key("c7");
  fill_key_name(*later.find("web1"), row);
  CHECK(row.key_name() == "alice");
  CHECK(later.find("web1")->resources.at("sessions").sessions.at("c7").key_name().empty());
}

}  // namespace picket::hub
