#include "node/core/execution_feed.h"

#include <string>
#include <vector>

#include "common/limits.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

using Words = std::vector<std::string>;

struct FakeRunner final : CommandRunner {
  void run(v1::RunCommand command) override { asked.push_back("run " + command.id()); }
  void cancel(const std::string& id) override { asked.push_back("cancel " + id); }
  void add_credit(const std::string& id, uint64_t bytes) override {
    asked.push_back("credit " + id + " " + std::to_string(bytes));
  }
  Words asked;
};

struct Fixture : ExecutionFeedLink {
  Fixture() {
    feeds.set_runner(&runner);
    feeds.on_known();
    feed.on_welcome(*this);
    told();
  }
  void on_executions_ready() override { ++wakes; }

  void run(const std::string& id) {
    v1::RunCommand command;
    command.set_id(id);
    command.set_credit_bytes(100);
    feed.run(std::move(command));
  }
  void started(const std::string& id) {
    v1::ExecutorToAgent message;
    message.mutable_started()->set_id(id);
    feeds.take(std::move(message));
  }
  void output(const std::string& id, const std::string& data) {
    v1::ExecutorToAgent message;
    message.mutable_output()->set_id(id);
    message.mutable_output()->set_data(data);
    feeds.take(std::move(message));
  }
  void ended(const std::string& id) {
    v1::ExecutorToAgent message;
    message.mutable_ended()->set_id(id);
    message.mutable_ended()->mutable_end()->set_kind(v1::ExecutionEnd::KIND_EXITED);
    feeds.take(std::move(message));
  }
  /// What the hub is told, as far as it goes.
  Words told() {
    Words words;
    while (const auto message = feed.next()) {
      if (message->has_known_executions()) {
        std::string ids = "known";
        for (const auto& one : message->known_executions().executions()) {
          ids += " " + one.id() + ":" +
                 (one.has_sent_bytes()
                      ? std::to_string(one.sent_bytes()) + "/" + std::to_string(one.granted_bytes())
                      : "?");
        }
        words.push_back(ids);
      }
      if (message->has_run_refused()) words.push_back("refused " + message->run_refused().id());
      if (message->has_execution_started())
        words.push_back("started " + message->execution_started().id());
      if (message->has_execution_output())
        words.push_back(message->execution_output().id() + " " +
                        message->execution_output().data());
      if (message->has_execution_ended()) {
        const auto& end = message->execution_ended().end();
        words.push_back((end.kind() == v1::ExecutionEnd::KIND_LOST ? "lost " : "ended ") +
                        message->execution_ended().id());
      }
    }
    return words;
  }

  ExecutionFeeds feeds;
  FakeRunner runner;
  ExecutionFeed feed{feeds, "hub"};
  int wakes = 0;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a hub's requests reach the runner, and what it says that hub") {
  run("1");
  feed.add_credit("1", 50);
  feed.cancel("1");
  CHECK(runner.asked == Words{"run hub/1", "credit hub/1 50", "cancel hub/1"});
  started("hub/1");
  output("hub/1", "a");
  ended("hub/1");
  CHECK(wakes > 0);
  CHECK(told() == Words{"started 1", "1 a", "ended 1"});
  feed.cancel("unknown");
  feed.add_credit("unknown", 1);
  CHECK(runner.asked.size() == 3);
}

TEST_CASE_METHOD(Fixture, "each hub hears of its own executions") {
  ExecutionFeed other(feeds, "other");
  run("1");
  started("other/1");
  output("nobody/1", "x");
  output("1", "x");
  CHECK(told().empty());
}

TEST_CASE_METHOD(Fixture, "an id is run once, whatever a hub asks") {
  run("1");
  run("1");
  CHECK(runner.asked == Words{"run hub/1"});
}

TEST_CASE_METHOD(Fixture, "an end is told on each link until the hub has it for good") {
  run("1");
  started("hub/1");
  output("hub/1", "abc");
  CHECK(told() == Words{"started 1", "1 abc"});
  feed.on_closed();
  output("hub/1", "de");
  ended("hub/1");
  CHECK(told().empty());
  feed.on_welcome(*this);
  CHECK(told() == Words{"known 1:3/100", "started 1", "1 de", "ended 1"});
  feed.on_closed();
  feed.on_welcome(*this);
  CHECK(told() == Words{"known 1:5/100", "started 1", "ended 1"});
  feed.settle("1");
  feed.on_closed();
  feed.on_welcome(*this);
  CHECK(told() == Words{"known"});
}

TEST_CASE_METHOD(Fixture, "what runs is not settled, whatever a hub says") {
  run("1");
  feed.settle("1");
  started("hub/1");
  CHECK(told() == Words{"started 1"});
}

TEST_CASE_METHOD(Fixture, "an agent that was started anew says what an earlier one has left") {
  feed.on_closed();
  v1::ExecutorToAgent message;
  message.mutable_running()->set_id("hub/9");
  message.mutable_running()->set_sent_bytes(70);
  feeds.take(std::move(message));
  feed.on_welcome(*this);
  CHECK(told() == Words{"known 9:70/70", "started 9"});
  ended("hub/9");
  CHECK(told() == Words{"ended 9"});
}

TEST_CASE("until it is known what runs, nothing is told, and without a runner all is refused") {
  ExecutionFeeds feeds;
  ExecutionFeed feed(feeds, "hub");
  struct Link final : ExecutionFeedLink {
    void on_executions_ready() override {}
  } link;
  feed.on_welcome(link);
  CHECK_FALSE(feed.next());
  v1::RunCommand command;
  command.set_id("1");
  feed.run(std::move(command));
  CHECK_FALSE(feed.next());
  feeds.on_known();
  CHECK(feed.next()->has_known_executions());
  const auto refused = feed.next();
  REQUIRE(refused);
  CHECK(refused->run_refused().refusal() == v1::COMMAND_REFUSAL_NO_ALLOWLIST);
}

TEST_CASE_METHOD(Fixture, "when the runner has ended, all that it ran is lost") {
  run("1");
  started("hub/1");
  run("2");
  ended("hub/2");
  CHECK(told() == Words{"started 1", "ended 2"});
  feeds.set_runner(nullptr, "gone");
  CHECK(told() == Words{"lost 1"});
  ended("hub/1");  // late
  CHECK(told().empty());
}

TEST_CASE_METHOD(Fixture,
                 "executions tell in turn, and a hub that settles nothing has a thousand ends") {
  run("1");
  run("2");
  output("hub/1", "a");
  output("hub/1", "b");
  output("hub/2", "c");
  CHECK(told() == Words{"1 a", "2 c", "1 b"});
  for (std::size_t i = 0; i < limits::kExecutionsKeptMax + 10; ++i) {
    run("x" + std::to_string(i));
    ended("hub/x" + std::to_string(i));
  }
  feed.on_closed();
  feed.on_welcome(*this);
  const auto known = feed.next();
  REQUIRE(known);
  CHECK(known->known_executions().executions_size() <=
        static_cast<int>(limits::kExecutionsKeptMax));
}

TEST_CASE_METHOD(Fixture,
                 "a hub that asks for more than there can be has only its own runs refused") {
  run(std::string(limits::kExecutionIdBytesMax, 'x'));
  CHECK(runner.asked.empty());
  CHECK(told().empty());
  v1::RunCommand command;
  command.set_id("long");
  command.add_arguments()->set_value(std::string(limits::kExecutorRequestBytesMax, 'x'));
  feed.run(std::move(command));
  CHECK(told() == Words{"refused long"});
  for (std::size_t i = 0; i < limits::kExecutionsOfNodeMax; ++i) run(std::to_string(i));
  CHECK(runner.asked.size() == limits::kExecutionsOfNodeMax);
  run("one more");
  CHECK(told() == Words{"refused one more"});
}

TEST_CASE_METHOD(Fixture, "credit without end holds no more output here than may be on its way") {
  run("1");
  uint64_t granted = 100;
  for (int i = 0; i < 100; ++i) feed.add_credit("1", limits::kOutputCreditMax);
  for (const auto& asked : runner.asked) {
    if (asked.starts_with("credit")) granted += std::stoull(asked.substr(asked.rfind(' ')));
  }
  CHECK(granted == limits::kOutputCreditMax);
}

TEST_CASE_METHOD(Fixture, "what was given up as lost, and still runs, is ended") {
  run("1");
  started("hub/1");
  feeds.set_runner(nullptr, "gone");
  told();
  feeds.set_runner(&runner);
  v1::ExecutorToAgent message;
  message.mutable_running()->set_id("hub/1");
  runner.asked.clear();
  feeds.take(std::move(message));
  CHECK(runner.asked == Words{"cancel hub/1"});
}

}  // namespace picket::node
