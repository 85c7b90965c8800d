#include "hub/core/refusals.h"

#include <algorithm>
#include <string>

#include "tests/hub/core/executions_rig.h"

namespace picket::hub {

using namespace std::chrono_literals;
using namespace test_executions;

namespace {

constexpr std::size_t kBurst = limits::kRunRefusalsAuditedBurst;

/// How many refusals the audit log has of each, and how many it says there were besides.
struct Recorded {
  explicit Recorded(const HubRig& rig) {
    for (const auto& record : rig.audit.records) {
      if (record.action == "run.decide" && !record.allowed) ++decided;
      if (record.action == "run.cancel") ++cancels;
      if (record.action != "refusals") continue;
      CHECK(record.actor == "uid " + std::to_string(kStranger));
      summed_up += std::stoul(record.details.at(0).second);
    }
  }
  std::size_t decided = 0;
  std::size_t cancels = 0;
  std::size_t summed_up = 0;
};

void refuse(Fixture& fixture, std::size_t times, uint32_t uid = kStranger) {
  for (std::size_t i = 0; i < times; ++i) {
    const auto client = fixture.start("uptime", as(uid));
    CHECK(told(*client).front().starts_with("error: uid"));
    client->end();
  }
}

}  // namespace

TEST_CASE_METHOD(Fixture, "of what a uid may not run the audit log gets a burst, then how many") {
  connect();
  refuse(*this, kBurst);
  CHECK(Recorded(rig).decided == kBurst);
  refuse(*this, 50);
  CHECK(Recorded(rig).decided == kBurst);
  CHECK(Recorded(rig).summed_up == 0);
  rig.advance(limits::kRunRefusalsCountedFor);
  CHECK(Recorded(rig).summed_up == 50);
  refuse(*this, 2);  // one is restored a minute
  CHECK(Recorded(rig).decided == kBurst + 1);
  rig.advance(limits::kRunRefusalsCountedFor);
  CHECK(Recorded(rig).summed_up == 51);
}

TEST_CASE_METHOD(Fixture, "refused requests of those who administer are of the same budget") {
  v1::ClientToHub request;
  request.mutable_revoke_node()->set_node("web1");
  for (std::size_t i = 0; i < kBurst + 5; ++i)
    CHECK(told(*ask(request, as(kStranger))).front().starts_with("error: uid 1003 may not"));
  CHECK(rig.audit.records.size() == kBurst);
  CHECK(rig.audit.soon.size() == kBurst);  // none waits for the disk
  rig.advance(limits::kRunRefusalsCountedFor);
  CHECK(Recorded(rig).summed_up == 5);
}

TEST_CASE_METHOD(Fixture, "a node that gives no reason for having no commands is refused for one") {
  connect();
  v1::NodeToHub message;
  auto* value = message.mutable_value();
  value->set_resource("commands");
  value->set_parts(1);
  value->mutable_health()->mutable_ok();
  value->mutable_commands()->add_errors("");
  node->say(message);
  CHECK(told(*start("uptime", as(kOperator))).front() ==
        "refused: the node's allowlist can't be used");
  CHECK(Recorded(rig).decided == 1);
}

TEST_CASE_METHOD(Fixture, "one uid's refusals leave another's runs and refusals on record") {
  connect();
  refuse(*this, kBurst + 1);
  CHECK(told(*start("uptime", as(kOperator))) == Words{"REQUESTED"});
  CHECK(told(*start("backup", as(kOperator))).front().starts_with("error: uid 1002 may not"));
  CHECK(Recorded(rig).decided == kBurst + 1);
  const auto all = actions(rig);
  CHECK(std::ranges::count(all, "run.decide dispatched") == 1);
}

TEST_CASE_METHOD(Fixture, "a run is on record also when its uid has used up what refusals may be") {
  connect();
  for (std::size_t i = 0; i <= kBurst; ++i)
    CHECK(told(*start("backup", as(kOperator))).front().starts_with("error: uid"));
  CHECK(told(*start("uptime", as(kOperator))) == Words{"REQUESTED"});
  CHECK(std::ranges::count(actions(rig), "run.decide dispatched") == 1);
}

TEST_CASE_METHOD(Fixture,
                 "the first cancel is on record, and no more of its repetitions than may") {
  connect();
  const auto client = start("uptime", as(kOperator));
  v1::ClientToHub cancel;
  cancel.mutable_cancel_execution()->set_id(run.id());
  for (std::size_t i = 0; i < kBurst + 10; ++i) (void)ask(cancel, as(kOperator));
  CHECK(Recorded(rig).cancels == 1 + kBurst);
}

TEST_CASE_METHOD(Fixture, "what was counted is recorded before the hub stops") {
  connect();
  refuse(*this, kBurst + 3);
  rig.hub->stop();
  CHECK(Recorded(rig).summed_up == 3);
}

TEST_CASE_METHOD(Fixture, "what could not be recorded is counted on") {
  connect();
  refuse(*this, kBurst + 3);
  rig.audit.failing = true;
  rig.advance(limits::kRunRefusalsCountedFor);
  rig.audit.failing = false;
  rig.advance(limits::kRunRefusalsCountedFor);
  CHECK(Recorded(rig).summed_up == 3);
}

TEST_CASE_METHOD(Fixture, "a uid is forgotten once it may have a whole burst again") {
  connect();
  refuse(*this, kBurst + 1);
  CHECK(rig.hub->refusals().uids() == 1);
  rig.advance(std::chrono::minutes(kBurst + 1));
  (void)rig.hub->refusals().take(as(kOperator));
  CHECK(rig.hub->refusals().uids() == 1);
}

}  // namespace picket::hub
