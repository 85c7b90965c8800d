// Runs that go on while the hub or the bot is away: taken up again, and their ends told.
#include "integrations/telegram/bot/core/bot_limits.h"
#include "tests/integrations/telegram/bot/run_rig.h"
#include "tests/support/catch.h"

namespace picket::telegram::bot::test {
namespace {

using namespace std::chrono_literals;

constexpr client::Failure::Kind kUnreachable = client::Failure::Kind::kUnreachable;

struct AwayRig : RunRig {
  AwayRig() {
    add_node("web2");
    add_node("web3");
  }
  /// All that is asked of it fails, as when the connection is lost.
  void lose_hub() {
    const auto open = std::exchange(asked, {});
    for (const auto& one : open) one.reply.on_failure({kUnreachable, "the hub is gone"});
    settle();
  }
  v1::HubToClient execution(const std::string& id, const std::string& node) const {
    v1::HubToClient item;
    auto& known = *item.mutable_execution();
    known.set_id(id);
    known.set_node(node);
    known.set_label("uptime");
    known.set_on_behalf_of(whose);
    known.set_state(v1::Execution::STATE_RUNNING);
    return item;
  }
  void begin(const std::string& text = "/run web1 uptime") {
    RunRig::begin(text);
    whose = asked.front().request.run().on_behalf_of();
    message = sent.front().message_id;
  }
  /// What the hub knows, to whoever asks what was run.
  void list(const std::vector<v1::HubToClient>& items) {
    advance(11s);  // it asks by then
    REQUIRE(asked.size() == 1);
    REQUIRE(asked[0].request.has_list_executions());
    const Asked question = std::exchange(asked, {})[0];
    for (const auto& item : items) question.reply.on_item(item);
    question.reply.on_end();
    settle();
  }
  void tell_end(std::size_t number, const std::string& output = {}, uint64_t missed = 0) {
    v1::HubToClient item;
    if (!output.empty()) {
      item.mutable_execution_output()->set_data(output);
      asked.at(number).reply.on_item(item);
    }
    auto& ended = *item.mutable_execution_ended();
    ended.mutable_end()->set_kind(v1::ExecutionEnd::KIND_EXITED);
    ended.set_missed_bytes(missed);
    const client::Reply reply = asked.at(number).reply;
    reply.on_item(item);
    reply.on_end();
    settle();
  }
  std::string whose;
  std::int64_t message = 0;
};

}  // namespace

TEST_CASE("a run goes on being shown once the lost hub is back, with what it wrote before") {
  AwayRig rig;
  rig.begin();
  rig.tell_state(v1::Execution::STATE_RUNNING);
  rig.tell_output("first\n");
  rig.lose_hub();
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "connection to the hub lost, waiting for it"));
  CHECK(contains(rig.last(), "first"));
  rig.lose_hub();  // it isn't there yet
  rig.list({rig.execution("e1", "web1")});
  REQUIRE(rig.asked.size() == 1);
  CHECK(rig.asked[0].request.attach_execution().id() == "e1");
  rig.asked[0].reply.on_item(rig.execution("e1", "web1"));
  SECTION("told from its begin again") { rig.tell_end(0, "first\nsecond\n"); }
  SECTION("the hub no longer has what came first") {
    v1::HubToClient item;
    item.mutable_execution_output()->set_missed_bytes(6);
    item.mutable_execution_output()->set_data("second\n");
    rig.asked[0].reply.on_item(item);
    rig.tell_end(0);
  }
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "✅ uptime on web1: exited 0"));
  CHECK(contains(rig.last(), "<pre>first\nsecond</pre>"));
  CHECK_FALSE(contains(rig.last(), "missing"));
  CHECK(rig.sent.back().message_id == rig.message);
  rig.advance(1min);
  CHECK(rig.deadlines.size() == 0);
}

TEST_CASE("what the hub never took is said not to have run, and it isn't run then") {
  AwayRig rig;
  rig.begin();
  rig.lose_hub();
  auto others = rig.execution("e7", "web1");
  others.mutable_execution()->set_on_behalf_of("telegram:7 message 7/1");
  rig.list({others});
  CHECK(rig.asked.empty());
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "⏹ uptime on web1: not run, as far as the hub knows"));
}

TEST_CASE("a run is kept before it begins, until its end was told") {
  AwayRig rig;
  rig.begin("/run web1 uptime secret=canary");
  REQUIRE(rig.kept.runs_size() == 1);
  const v1::BotRun& kept = rig.kept.runs(0);
  CHECK(kept.chat_id() == kAlice);
  CHECK(kept.message_id() == rig.message);
  CHECK(kept.user_id() == kAlice);
  CHECK(kept.label() == "uptime");
  CHECK(kept.nodes(0).node() == "web1");
  CHECK_FALSE(contains(rig.kept.SerializeAsString(), "canary"));
  rig.tell_state(v1::Execution::STATE_RUNNING);
  rig.advance(kRunsSavedWithin);
  CHECK(rig.kept.runs(0).nodes(0).id() == "e1");
  rig.verdicts = {{.kind = Said::Kind::kLater, .message_id = 0, .retry_after = 20s, .why = "429"}};
  rig.advance(kEditEvery);
  rig.RunRig::tell_end();
  rig.advance(10s);
  REQUIRE(rig.kept.runs_size() == 1);
  CHECK(rig.kept.runs(0).nodes(0).outcome() == v1::BotRunOfNode::OUTCOME_OK);
  rig.advance(20s);
  CHECK(contains(rig.last(), "exited 0"));
  CHECK(rig.kept.runs_size() == 0);
}

TEST_CASE(
    "nothing is asked of the hub before the run is kept, and a bot killed by then asks none") {
  AwayRig rig;
  rig.write(kAlice, "/run web1 uptime");
  const std::string yes = rig.yes();
  rig.bot->on_update({999, {}, CallbackQuery{"query", {kAlice, false, "User", {}}, {}, yes}});
  CHECK(rig.asked.empty());
  rig.settle();
  CHECK(rig.asked.size() == 1);
}

TEST_CASE("a bot that is started again goes on editing the message, and ends it as asked") {
  AwayRig rig;
  rig.begin();
  rig.tell_state(v1::Execution::STATE_RUNNING);
  rig.start();  // killed before the id was kept
  CHECK(rig.kept.runs(0).nodes(0).id().empty());
  rig.sent.clear();
  auto known = rig.execution("e1", "web1");
  known.mutable_execution()->add_arguments()->set_name("why");
  rig.list({known});
  rig.asked[0].reply.on_item(rig.execution("e1", "web1"));
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "⏳ uptime on web1, why = &quot;&quot;: running"));
  CHECK(rig.sent.back().message_id == rig.message);
  rig.press(kAlice, rig.yes());
  CHECK(rig.asked.at(1).request.cancel_execution().id() == "e1");
  rig.tell_end(0, "out\n");
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "✅ uptime on web1"));
  CHECK(contains(rig.last(), "out"));
  CHECK(rig.kept.runs_size() == 0);
}

TEST_CASE("of a fleet all that had begun is found again, and the rest isn't run") {
  AwayRig rig;
  rig.begin("/run web* uptime");
  rig.asked[0].reply.on_failure({client::Failure::Kind::kRefused, "web1 says <no>"});
  v1::HubToClient item;
  item.mutable_execution_ended()->mutable_end()->set_kind(v1::ExecutionEnd::KIND_EXITED);
  rig.asked[1].reply.on_item(rig.execution("e2", "web2"));
  rig.asked[1].reply.on_item(item);
  rig.asked[1].reply.on_end();
  rig.advance(kRunsSavedWithin);
  rig.start();
  SECTION("and what the hub has forgotten since ended as was known before") {
    rig.list({});
    REQUIRE(rig.asked.size() == 1);
    CHECK(rig.asked[0].request.attach_execution().id() == "e2");
    rig.asked[0].reply.on_failure({client::Failure::Kind::kRefused, "no such execution: e2"});
    rig.advance(kEditEvery);
    CHECK(contains(rig.last(), "❌ uptime on 3 nodes: 1 ok, 1 failed, 0 lost, 1 not run"));
    CHECK(contains(rig.last(), "<b>web1</b> web1 says &lt;no&gt;"));
  }
  SECTION("and each is followed to its end") {
    rig.list({rig.execution("e2", "web2"), rig.execution("e3", "web3")});
    REQUIRE(rig.asked.size() == 2);
    rig.tell_end(0, "two\n");
    rig.tell_end(1, "three\n");
    rig.advance(kEditEvery);
    CHECK(contains(rig.last(), "2 ok, 1 failed, 0 lost"));
    CHECK(contains(rig.last(), "<b>web3</b>\n<pre>three</pre>"));
  }
  CHECK(rig.kept.runs_size() == 0);
  rig.advance(1min);
  CHECK(rig.deadlines.size() == 0);
}

TEST_CASE("what had ended when the bot was killed is told, also if the hub has nothing to add") {
  AwayRig rig;
  rig.begin();
  rig.asked[0].reply.on_failure({client::Failure::Kind::kRefused, "may not run uptime"});
  rig.verdicts.assign(50,
                      {.kind = Said::Kind::kLater, .message_id = 0, .retry_after = 1s, .why = {}});
  rig.advance(kRunsSavedWithin + 1s);
  REQUIRE(rig.kept.runs_size() == 1);
  rig.verdicts.clear();
  rig.start();
  rig.list({});
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "❌ uptime on web1: may not run uptime"));
  CHECK(rig.kept.runs_size() == 0);
}

TEST_CASE("a full disk stops no run, and is logged and said once") {
  AwayRig rig;
  rig.disk_full = true;
  rig.begin();
  CHECK(rig.asked.size() == 1);
  rig.advance(kEditEvery);
  rig.RunRig::begin("/run web2 uptime");
  CHECK(rig.asked.size() == 2);
  rig.advance(5min);
  CHECK(rig.not_saved == std::vector<std::string>{"no space left"});
  std::size_t said = 0;
  for (const Sent& one : rig.sent) said += contains(one.html, "that can't be saved") ? 1 : 0;
  CHECK(said == 1);
  rig.disk_full = false;
  rig.advance(kRunsSavedAgain);
  CHECK(rig.kept.runs_size() == 2);
}

TEST_CASE("who may no longer ask what runs is told that it may still run") {
  AwayRig rig;
  rig.begin();
  rig.tell_state(v1::Execution::STATE_RUNNING);
  rig.lose_hub();
  rig.advance(11s);
  rig.asked.at(0).reply.on_failure({client::Failure::Kind::kNotPermitted, "not permitted"});
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "❔ uptime on web1: not permitted; it may still run"));
}

TEST_CASE("a bot that stops leaves its runs as they are") {
  AwayRig rig;
  rig.begin();
  rig.tell_state(v1::Execution::STATE_RUNNING);
  rig.advance(kEditEvery);
  const std::size_t before = rig.sent.size();
  rig.bot->stop();
  rig.lose_hub();
  rig.advance(kEditEvery);
  CHECK(rig.sent.size() == before);
  CHECK(rig.kept.runs_size() == 1);
}

}  // namespace picket::telegram::bot::test
