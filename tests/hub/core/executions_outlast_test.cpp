// What becomes of executions when a link is cut, a node comes back, or the hub is started again.
#include <algorithm>
#include <string>

#include "tests/hub/core/executions_rig.h"

namespace picket::hub {

using namespace std::chrono_literals;
using namespace test_executions;

TEST_CASE_METHOD(Fixture,
                 "an execution outlasts its node's link, and what was lost with it is said") {
  connect();
  const auto client = start();
  started();
  output(10);
  disconnect();
  CHECK(told(*client) == Words{"UNKNOWN", "10x"});
  connect();
  know({{run.id(), 25}});
  output(5, 'y');
  ended();
  const auto words = told(*client);
  CHECK(words == Words{"15 missed, 5y", "exited 0", "end"});
}

TEST_CASE_METHOD(
    Fixture,
    "what a node that is back knows nothing of is lost, and so is what it never tells of") {
  connect();
  const auto client = start();
  disconnect();
  connect();
  know({});
  CHECK(told(*client).front().starts_with("lost: the node knows nothing of it"));
  const auto other = start();
  started();
  disconnect();
  connect();
  rig.advance(limits::kKnownExecutionsWithin - 1ms);
  CHECK(told(*other) == Words{"UNKNOWN"});
  rig.advance(1ms);
  CHECK(told(*other).front().starts_with("lost: the node came back and does not say"));
}

TEST_CASE_METHOD(Fixture, "what ran on a node that does not come back for a day is lost") {
  connect();
  const auto client = start();
  started();
  disconnect();
  rig.advance(limits::kExecutionsKeptFor - 1ms);
  CHECK(told(*client) == Words{"UNKNOWN"});
  rig.advance(1ms);
  CHECK(told(*client) == Words{"lost: the node has not come back for a day", "end"});
  connect();
  know({{run.id(), 0}});
  CHECK(asked() == Words{"cancel"});
}

TEST_CASE_METHOD(Fixture,
                 "the end of what is cancelled doesn't wait for a starter that doesn't read") {
  connect();
  credit = 0;
  const auto client = start();
  started();
  client->peer.sent.clear();
  for (int i = 0; i < 64; ++i) {  // nobody pulls
    output(std::min<std::size_t>(limits::kOutputChunkBytesMax, run.credit_bytes() + credit));
    asked();
  }
  credit = 0;
  v1::ClientToHub request;
  request.mutable_cancel_execution()->set_id(run.id());
  ask(request);
  CHECK(asked() == Words{"cancel"});
  CHECK(credit > 0);
}

TEST_CASE_METHOD(Fixture, "what has not started in time is given up, and the node is told") {
  connect();
  const auto client = start();
  rig.advance(limits::kStartWithin);
  CHECK(told(*client) == Words{"lost: it did not start within 30000 ms", "end"});
  CHECK(asked() == Words{"cancel", "settle"});
  CHECK(rig.audit.records.back().details.back() ==
        std::pair<std::string, std::string>("cancelled_by", "hub"));
  started();
  ended();  // too late: it has had its end
  CHECK(asked() == Words{"cancel", "settle"});
  CHECK(told(*client).empty());
  CHECK(told(*attach()) == Words{"lost: it did not start within 30000 ms", "end"});
}

TEST_CASE_METHOD(Fixture, "who may run a command may cancel it, and others know nothing of it") {
  connect();
  const auto client = start();
  v1::ClientToHub request;
  request.mutable_cancel_execution()->set_id(run.id());
  CHECK(told(*ask(request, as(kStranger))) == Words{"error: no such execution: " + run.id()});
  CHECK(asked().empty());
  request.mutable_cancel_execution()->set_on_behalf_of("telegram:7");
  CHECK(told(*ask(request, as(kOperator))) == Words{"end"});
  CHECK(asked() == Words{"cancel"});
  CHECK(rig.audit.text().find("telegram:7") != std::string::npos);
  request.mutable_cancel_execution()->set_on_behalf_of(std::string(1000, 'x'));
  CHECK(told(*ask(request, as(kOperator))) == Words{"error: on_behalf_of is too long"});
  v1::ClientToHub list;
  list.mutable_list_executions();
  CHECK(told(*ask(list, as(kStranger))) == Words{"end"});
  CHECK(told(*ask(list, as(kOperator))) == Words{"REQUESTED", "end"});
}

TEST_CASE(
    "a hub that is started again knows what it had run, and asks its nodes what became of it") {
  Fixture before;
  before.connect();
  const auto first = before.start();
  before.started();
  before.output(7);
  before.ended();
  const std::string done = before.run.id();
  const auto second = before.start("backup");
  const auto third = before.start();
  before.rig.settle();
  Fixture after(before.rig.stored());
  after.run.set_id(done);
  CHECK(told(*after.attach()) == Words{"7x", "exited 0", "end"});
  const auto& all = after.rig.hub->executions().all();
  REQUIRE(all.size() == 3);
  after.connect();
  const std::string goes_on = std::ranges::find_if(all, [](const auto& entry) {
                                return entry.second.told.label() == "backup";
                              })->first;
  after.know({{goes_on, 0}});
  CHECK(all.at(goes_on).told.state() == v1::Execution::STATE_REQUESTED);
  after.run.set_id(before.run.id());
  CHECK(told(*after.attach()).front().starts_with("lost: "));
}

TEST_CASE_METHOD(Fixture, "a node speaks of its own executions only") {
  connect();
  const auto client = start();
  const auto other = rig.connect_node("db1", "other");
  v1::NodeToHub message;
  message.mutable_execution_ended()->set_id(run.id());
  message.mutable_execution_ended()->mutable_end()->set_kind(v1::ExecutionEnd::KIND_EXITED);
  other->say(message);
  CHECK(told(*client) == Words{"REQUESTED"});
}

TEST_CASE_METHOD(Fixture, "executions of a node that is taken off the hub are lost") {
  connect();
  const auto client = start();
  v1::ClientToHub request;
  request.mutable_revoke_node()->set_node("web1");
  CHECK(told(*ask(request)) == Words{"end"});
  CHECK(told(*client).front().starts_with("lost: the node was taken off"));
}

TEST_CASE_METHOD(Fixture, "ended executions are kept for a day, and a thousand of them") {
  connect();
  for (std::size_t i = 0; i < limits::kExecutionsKeptMax + 5; ++i) {
    const auto client = start();
    ended();
  }
  CHECK(rig.hub->executions().all().size() == limits::kExecutionsKeptMax);
  CHECK(rig.stored().executions.size() == limits::kExecutionsKeptMax);
  rig.advance(limits::kExecutionsKeptFor + 1s);
  const auto client = start();
  ended();
  CHECK(rig.hub->executions().all().size() == 1);
}

TEST_CASE_METHOD(Fixture,
                 "an end that the audit log does not take is tried again, and kept so long") {
  connect();
  const auto first = start();
  const std::string first_id = run.id();
  const auto second = start();
  const std::string second_id = run.id();
  started();
  const auto ends = [&] { return std::ranges::count(actions(rig), "run.end exited 0"); };
  rig.audit.failing = true;
  run.set_id(first_id);
  ended();
  rig.advance(limits::kExecutionsKeptFor + 1s);
  run.set_id(second_id);
  ended();
  CHECK(rig.hub->executions().find(first_id) != nullptr);
  CHECK(ends() == 0);
  rig.audit.failing = false;
  rig.advance(limits::kAuditRepairRetry);
  CHECK(ends() == 2);
  rig.advance(limits::kAuditRepairRetry);
  CHECK(ends() == 2);
  const auto third = start();
  CHECK(rig.hub->executions().find(first_id) == nullptr);
}

TEST_CASE_METHOD(Fixture, "a cancel outlasts the link that it was lost with") {
  connect();
  const auto client = start();
  started();
  disconnect();
  v1::ClientToHub request;
  request.mutable_cancel_execution()->set_id(run.id());
  CHECK(told(*ask(request)) == Words{"end"});
  connect();
  know({{run.id(), 0}});
  CHECK(asked() == Words{"cancel"});
  CHECK(told(*ask(request)) == Words{"end"});
  CHECK(asked().empty());  // it has been asked
}

TEST_CASE_METHOD(Fixture,
                 "a cancel that comes before a node has said what it knows is asked for again") {
  connect();
  const auto client = start();
  started();
  disconnect();
  connect();
  v1::ClientToHub request;
  request.mutable_cancel_execution()->set_id(run.id());
  CHECK(told(*ask(request)) == Words{"end"});
  CHECK(asked() == Words{"cancel"});  // which an agent that knows nothing yet drops
  know({{run.id(), 0}});
  CHECK(asked() == Words{"cancel"});
}

TEST_CASE_METHOD(Fixture, "an end is settled only when it is stored, not what was before it") {
  connect();
  const auto client = start();
  rig.hub->publisher().flush();  // the request is on its way to the disk
  started();
  v1::NodeToHub message;
  message.mutable_execution_ended()->set_id(run.id());
  message.mutable_execution_ended()->mutable_end()->set_kind(v1::ExecutionEnd::KIND_EXITED);
  node->say(message);
  while (!rig.posted.empty()) {
    auto next = std::move(rig.posted.front());
    rig.posted.pop_front();
    next();
  }
  CHECK(asked().empty());
  rig.settle();
  CHECK(asked() == Words{"settle"});
}

TEST_CASE_METHOD(Fixture, "more is asked for after a cut that has lost much") {
  connect();
  const auto client = start();
  started();
  disconnect();
  connect();
  credit = 0;
  know({{run.id(), 900'000}});
  CHECK(told(*client).back() == "900000 missed, 0");
  asked();
  CHECK(credit > 0);
}

TEST_CASE(
    "what was asked for before the hub was started anew is given up if its node does not come") {
  Fixture before;
  before.connect();
  const auto client = before.start();
  before.rig.settle();
  Fixture after(before.rig.stored());
  after.rig.advance(limits::kStartWithin);
  after.run.set_id(before.run.id());
  CHECK(told(*after.attach()).front().starts_with("lost: it did not start"));
}

}  // namespace picket::hub
