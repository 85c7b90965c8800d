#include <algorithm>
#include <string>

#include "tests/hub/core/executions_rig.h"

namespace picket::hub {

using namespace std::chrono_literals;
using namespace test_executions;

TEST_CASE_METHOD(Fixture, "a run goes to its node, and what becomes of it to who has started it") {
  connect();
  const auto client = start();
  CHECK(run.label() == "uptime");
  CHECK(run.instance_id() == "executor-1");
  CHECK(run.credit_bytes() == 2 * limits::kOutputChunkBytesMax);
  CHECK(told(*client) == Words{"REQUESTED"});
  started();
  output(3, 'a');
  CHECK(told(*client) == Words{"RUNNING", "3a"});
  output(2, 'b', 5);
  ended(3);
  CHECK(told(*client) == Words{"5 missed, 2b", "exited 3", "end"});
  CHECK(asked() == Words{"settle"});
  CHECK(actions(rig) ==
        Words{"run.request requested", "run.decide dispatched", "run.end exited 3"});
}

TEST_CASE_METHOD(Fixture, "what can't or may not be run is not sent to any node, and says why") {
  CHECK(told(*start()) == Words{"error: web1 is not connected"});
  connect();
  CHECK(told(*start("uptime", {}, "nope")) == Words{"error: no such node: nope"});
  CHECK(told(*start("nope")) == Words{"refused: web1 has no command \"nope\"", "end"});
  CHECK(told(*start("uptime", as(kStranger))).front().starts_with("error: uid 1003 may not run"));
  CHECK(told(*start("backup", as(kOperator))).front().starts_with("error: uid 1002 may not"));
  CHECK(told(*start("uptime", as(kOperator))) == Words{"REQUESTED"});
  CHECK(run.label() == "uptime");
  CHECK(rig.hub->executions().all().size() == 1);
  CHECK(actions(rig).size() == 12);  // each was asked for and decided
}

TEST_CASE_METHOD(Fixture, "nothing is run that the audit log can't say") {
  connect();
  rig.audit.failing = true;
  CHECK(told(*start()).front().starts_with("error: nothing is run: the audit log"));
  CHECK(run.id().empty());
}

TEST_CASE_METHOD(
    Fixture, "output waits for who has started it, and no more is on its way than was granted") {
  connect();
  const auto client = start();
  started();
  uint64_t sent = 0;
  const auto send_all = [&] {
    while (sent + limits::kOutputChunkBytesMax <= run.credit_bytes() + credit) {
      output(limits::kOutputChunkBytesMax);
      sent += limits::kOutputChunkBytesMax;
      asked();
    }
  };
  send_all();
  const uint64_t unread = sent;
  CHECK(unread >= 2 * limits::kOutputChunkBytesMax);
  CHECK(unread <= limits::kOutputRingBytesMax);
  send_all();
  CHECK(sent == unread);  // not read, so no more is granted
  Words all = told(*client);
  asked();
  send_all();
  CHECK(sent > unread);
  const auto more = told(*client);
  all.insert(all.end(), more.begin(), more.end());
  CHECK(
      std::ranges::none_of(all, [](const auto& word) { return word.find("missed") != word.npos; }));
  for (uint64_t more_than_granted = 0; more_than_granted <= limits::kOutputWindowBytesMax;) {
    output(limits::kOutputChunkBytesMax);
    more_than_granted += limits::kOutputChunkBytesMax;
  }
  REQUIRE(node->peer.closed);
  CHECK(node->peer.closed->detail == "more output of a command than was granted");
}

TEST_CASE_METHOD(Fixture,
                 "who reads along gets what is kept, misses what is not, and holds up nobody") {
  connect();
  const auto client = start();
  started();
  for (int i = 0; i < 6; ++i) output(16 * 1024, static_cast<char>('a' + i));
  told(*client);
  const auto reader = attach();
  Words heard = told(*reader);
  CHECK(heard.front() == "RUNNING");
  CHECK(heard.back() == "16384f");
  uint64_t sent = 6 * 16 * 1024;
  while (sent < 3 * limits::kOutputRingBytesMax) {  // the starter reads, this one doesn't
    output(16 * 1024, 'z');
    sent += 16 * 1024;
    told(*client);
    asked();
  }
  ended();
  heard = told(*reader);
  CHECK(heard.front().find("missed, ") != heard.front().npos);
  CHECK(heard.back() == "end");
  CHECK(told(*client).back() == "end");
}

TEST_CASE_METHOD(Fixture,
                 "without who has started it an execution goes on, and its end can be had") {
  connect();
  auto client = start();
  started();
  client->end();
  uint64_t sent = 0;
  while (sent < 2 * limits::kExecutionWindowBytes) {
    output(16 * 1024);
    sent += 16 * 1024;
    asked();
  }
  CHECK_FALSE(node->peer.closed);
  ended(1);
  const auto words = told(*attach());
  CHECK(words.front() == std::to_string(sent - limits::kOutputTailBytesMax) + " missed, 16384x");
  CHECK(Words(words.end() - 2, words.end()) == Words{"exited 1", "end"});
}

TEST_CASE_METHOD(Fixture,
                 "one that writes nothing keeps no other from telling its output and end") {
  connect();
  std::vector<std::unique_ptr<test::RigLink>> silent;
  for (int i = 0; i < 20; ++i) {
    silent.push_back(start("backup"));
    started();
  }
  credit = 0;
  const auto client = start();
  started();
  uint64_t sent = 0;
  for (int turns = 0; turns < 100; ++turns) {
    while (sent + limits::kOutputChunkBytesMax <= run.credit_bytes() + credit) {
      output(limits::kOutputChunkBytesMax);
      sent += limits::kOutputChunkBytesMax;
    }
    told(*client);
    asked();
  }
  CHECK(sent >= 50 * limits::kOutputChunkBytesMax);
}

TEST_CASE_METHOD(
    Fixture, "a node that sends more than it may in one piece, or a huge reason, hurts nobody") {
  connect();
  const auto client = start();
  started();
  v1::NodeToHub message;
  message.mutable_execution_ended()->set_id(run.id());
  auto& end = *message.mutable_execution_ended()->mutable_end();
  end.set_kind(v1::ExecutionEnd::KIND_LOST);
  end.set_reason(std::string(250'000, 'x'));
  node->say(message);
  rig.settle();
  CHECK(told(*client).at(0).size() < 2 * limits::kTextBytesMax);
  start();
  started();
  output(limits::kOutputChunkBytesMax + 1);
  CHECK(node->peer.closed);
}

TEST_CASE_METHOD(Fixture, "what the hub has given up or never heard of is ended where it runs") {
  connect();
  const auto client = start();
  rig.advance(limits::kStartWithin);
  asked();
  started();
  CHECK(asked() == Words{"cancel"});
  output(5);
  CHECK(asked() == Words{"cancel"});
  run.set_id("never heard of");
  started();
  CHECK(asked() == Words{"cancel"});
}

}  // namespace picket::hub
