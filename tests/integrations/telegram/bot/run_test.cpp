// Commands by the bot: who may, what is confirmed and by whom, and what is shown of them.
#include <algorithm>

#include "integrations/telegram/bot/core/bot_limits.h"
#include "tests/integrations/telegram/bot/run_rig.h"
#include "tests/support/catch.h"

namespace picket::telegram::bot::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kRuns = v1::ClientToHub::kRun;
constexpr auto kCancels = v1::ClientToHub::kCancelExecution;

}  // namespace

TEST_CASE("a command is run once who asked has confirmed it, for them by name") {
  RunRig rig;
  rig.write(kAlice, "/run web1 restart-nginx why='a \"b\"' n=1");
  CHECK(rig.asked.empty());
  CHECK(contains(rig.last(), "restart-nginx on web1, why = &quot;a &quot;b&quot;&quot;, n"));
  CHECK(rig.yes().size() <= 64);
  CHECK(rig.yes() != rig.no());
  rig.press(kAlice, rig.yes());
  REQUIRE(rig.asked.size() == 1);
  const v1::Run& run = rig.asked[0].request.run();
  CHECK(run.node() == "web1");
  CHECK(run.label() == "restart-nginx");
  CHECK(run.on_behalf_of() ==
        "telegram:7 message 7/" + std::to_string(rig.sent.front().message_id));
  REQUIRE(run.arguments_size() == 2);
  CHECK(run.arguments(0).value() == "a \"b\"");
  CHECK(rig.answers == std::vector<std::string>{""});
}

TEST_CASE("a button works once, in time, and for who asked alone") {
  RunRig rig;
  rig.write(kAlice, "/run web1 uptime");
  const std::string yes = rig.yes();
  rig.press(kOscar, yes);
  CHECK(contains(rig.answers.back(), "Only who asked"));
  rig.press(kStranger, yes);
  CHECK(rig.answers.size() == 1);
  for (const std::string& forged : {std::string(), std::string("y"), std::string("yes"), yes + "0"})
    rig.press(kAlice, forged);
  CHECK(rig.asked.empty());
  SECTION("once") {
    rig.press(kAlice, yes);
    rig.press(kAlice, yes);
    CHECK(rig.asked.size() == 1);
    CHECK(contains(rig.answers.back(), "expired"));
  }
  SECTION("at the last moment") {
    rig.advance(kConfirmWithin - 1ns);
    rig.press(kAlice, yes);
    CHECK(rig.asked.size() == 1);
  }
  SECTION("too late") {
    rig.advance(kConfirmWithin);
    rig.press(kAlice, yes);
    CHECK(rig.asked.empty());
    CHECK(contains(rig.last(), "not done"));
    CHECK(rig.sent.back().keyboard.empty());
  }
  SECTION("before its deadline was looked at, and after the machine slept") {
    rig.clock.advance(kConfirmWithin);
    rig.press(kAlice, yes);
    CHECK(rig.asked.empty());
    CHECK(contains(rig.answers.back(), "expired"));
  }
  SECTION("no") {
    rig.press(kAlice, rig.no());
    rig.press(kAlice, yes);
    CHECK(rig.asked.empty());
    CHECK(contains(rig.last(), "Not done"));
  }
  rig.advance(1min);
  CHECK(rig.deadlines.size() == 0);
}

TEST_CASE("what isn't listed is not run, and not by those who may only look (SM31)") {
  RunRig rig;
  for (const char* text : {"/run web1 reboot", "/run web1 uptime2", "/run web1 UPTIME"}) {
    rig.write(kAlice, text);
    CHECK(contains(rig.last(), "is not among what this bot may run"));
  }
  rig.write(kOscar, "/run web1 uptime");
  CHECK(contains(rig.last(), "needs the role run"));
  rig.write(kOscar, "/cancel e1");
  CHECK(contains(rig.last(), "needs the role run"));
  for (const char* text :
       {"/run web1 '<b>'", "/run web1 uptime x", "/run web1 uptime =x", "/run web1"}) {
    rig.write(kAlice, text);
    CHECK(contains(rig.last(), "expected"));
  }
  for (const Sent& one : rig.sent) CHECK(one.keyboard.empty());
  CHECK(rig.asked.empty());
}

TEST_CASE("a run is one message, edited as it goes, and then shows its end (SM33)") {
  RunRig rig;
  rig.begin();
  const auto message = rig.sent.front().message_id;
  rig.tell_state(v1::Execution::STATE_RUNNING);
  rig.tell_output("load <1>\n");
  rig.advance(kEditEvery);
  CHECK(rig.sent.back().is_edit);
  CHECK(rig.sent.back().message_id == message);
  CHECK(contains(rig.last(), "uptime on web1: running"));
  CHECK(contains(rig.last(), "<pre>load &lt;1&gt;</pre>"));
  rig.tell_end(3);
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "❌ uptime on web1: exited 3 after"));
  CHECK(contains(rig.last(), "<pre>load"));
  CHECK(rig.sent.back().keyboard.empty());
  rig.advance(1min);
  CHECK(rig.deadlines.size() == 0);
}

TEST_CASE("a command that says nothing is told as such") {
  RunRig rig;
  rig.begin();
  rig.tell_end();
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "✅"));
  CHECK(contains(rig.last(), "no output"));
}

TEST_CASE("however much is written, a message is edited so often and no oftener") {
  RunRig rig;
  rig.begin();
  rig.tell_state(v1::Execution::STATE_RUNNING);
  const std::size_t before = rig.sent.size();
  for (int i = 0; i < 3000; ++i) {
    rig.tell_output("line " + std::to_string(i) + "\n");
    rig.advance(10ms);
  }
  CHECK(rig.sent.size() - before <= 11);
  CHECK(contains(rig.last(), "line 29"));
}

TEST_CASE("where the service wants patience, the next edit shows what is so by then") {
  RunRig rig;
  rig.begin();
  rig.verdicts = {{.kind = Said::Kind::kLater, .message_id = 0, .retry_after = 20s, .why = "429"}};
  rig.tell_output("first\n");
  rig.advance(kEditEvery);
  const std::size_t before = rig.sent.size();
  rig.tell_output("second\n");
  rig.tell_end();
  rig.advance(19s);
  CHECK(rig.sent.size() == before);
  rig.advance(1s + kEditEvery);
  REQUIRE(rig.sent.size() == before + 1);
  CHECK(contains(rig.last(), "second"));
  CHECK(contains(rig.last(), "exited 0"));
}

TEST_CASE("SM34: output that is too long for a message comes as a file") {
  RunRig rig;
  rig.begin();
  std::string all;
  for (int i = 0; i < 2000; ++i) all += "line " + std::to_string(i) + "\n";
  rig.tell_output(all);
  rig.tell_end();
  rig.advance(kEditEvery);
  bool has_file = false;
  for (const Sent& one : rig.sent) {
    if (one.file_name.empty()) {
      CHECK(one.html.size() < 4096);
      continue;
    }
    has_file = true;
    CHECK(one.file_name == "uptime-web1.txt");
    CHECK(one.file == all);
  }
  CHECK(has_file);
}

TEST_CASE("of endless output the begin and the end are kept, and what lacks is said") {
  RunRig rig;
  rig.begin();
  rig.tell_output("begin\n");
  for (int i = 0; i < 300; ++i) rig.tell_output(std::string(16 * 1024, 'x'));
  rig.tell_output("\nend\n");
  rig.tell_end();
  rig.advance(kEditEvery);
  const auto file =
      std::ranges::find_if(rig.sent, [](const Sent& one) { return !one.file.empty(); });
  REQUIRE(file != rig.sent.end());
  CHECK(file->file.size() < kOutputBytesMax + 100);
  CHECK(file->file.starts_with("begin\n"));
  CHECK(file->file.ends_with("\nend\n"));
  CHECK(contains(file->file, "bytes are left out here"));
}

TEST_CASE("who runs a command can end it by its message's button, and nobody else") {
  RunRig rig;
  rig.begin();
  rig.tell_state(v1::Execution::STATE_RUNNING);
  rig.advance(kEditEvery);
  const std::string end_it = rig.yes();
  rig.press(kOscar, end_it);
  CHECK(rig.asked.size() == 1);
  rig.advance(1h);
  rig.press(kAlice, end_it);
  REQUIRE(rig.asked.size() == 2);
  CHECK(rig.asked[1].request.request_case() == kCancels);
  CHECK(rig.asked[1].request.cancel_execution().id() == "e1");
  rig.tell_end();
  rig.press(kAlice, end_it);
  CHECK(rig.asked.size() == 2);
}

TEST_CASE("so many runs at once, and no more, and one that ended makes room") {
  RunRig rig;
  for (std::size_t i = 0; i < kRunsOfUserMax; ++i) {
    rig.begin();
    rig.advance(kEditEvery);
  }
  CHECK(rig.asked.size() == kRunsOfUserMax);
  rig.write(kAlice, "/run web1 uptime");
  CHECK(contains(rig.last(), "of yours run already"));
  rig.tell_end();
  rig.advance(kEditEvery);
  rig.begin();
  CHECK(rig.asked.size() == kRunsOfUserMax + 1);
}

TEST_CASE("an execution is cancelled once that is confirmed") {
  RunRig rig;
  rig.write(kAlice, "/cancel <e2>");
  CHECK(contains(rig.last(), "&lt;e2&gt;"));
  rig.press(kAlice, rig.yes());
  REQUIRE(rig.asked.size() == 1);
  CHECK(rig.asked[0].request.request_case() == kCancels);
  CHECK(rig.asked[0].request.cancel_execution().on_behalf_of() == "telegram:7");
  rig.end();
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "was asked to end"));
}

TEST_CASE("executions are listed, the newest, with for whom they run") {
  RunRig rig;
  rig.write(kOscar, "/executions");
  for (int i = 0; i < 25; ++i) {
    v1::HubToClient item;
    auto& execution = *item.mutable_execution();
    execution.set_id("e" + std::to_string(i));
    execution.set_label("uptime");
    execution.set_node("web1");
    execution.set_requested_by("uid 998");
    execution.set_on_behalf_of("telegram:7");
    execution.set_state(v1::Execution::STATE_RUNNING);
    rig.tell(item);
  }
  rig.end();
  CHECK(contains(rig.last(), "5 older ones"));
  CHECK(contains(rig.last(), "<b>e24</b> uptime on web1: running"));
  CHECK_FALSE(contains(rig.last(), "<b>e4</b>"));
}

TEST_CASE("so much waits to be confirmed, and no more") {
  RunRig rig;
  for (std::size_t i = 0; i < kConfirmationsMax; ++i) rig.write(kAlice, "/cancel e1");
  CHECK(rig.sent.back().keyboard.size() == 1);
  rig.write(kAlice, "/cancel e1");
  CHECK(contains(rig.last(), "too much waits"));
  rig.advance(kConfirmWithin + kConfirmationsMax * kEditInChatEvery);
  CHECK(rig.sent.size() == 2 * kConfirmationsMax + 1);  // each shows that it has expired
  rig.advance(1min);
  CHECK(rig.deadlines.size() == 0);
}

TEST_CASE("what is pressed before the bot knows which message asked isn't lost") {
  RunRig rig;
  ChatMessage message;
  message.chat = {kAlice, "private", {}};
  message.from = User{kAlice, false, "User", {}};
  message.at = rig.clock.wall();
  message.text = "/run web1 uptime";
  rig.bot->on_update({1, message, {}});
  v1::HubToClient item;
  *item.mutable_node() = rig.fleet[0];
  rig.tell(item);
  std::exchange(rig.asked, {})[0].reply.on_end();
  REQUIRE(rig.waiting.size() == 1);  // its answer is still to come, but who asked sees it already
  rig.bot->on_update({2, {}, CallbackQuery{"q", *message.from, {}, rig.offered.at(0).at(0).data}});
  CHECK(rig.asked.empty());
  rig.settle();
  CHECK(rig.asked.size() == 1);
  CHECK(rig.asked[0].request.request_case() == kRuns);
}

}  // namespace picket::telegram::bot::test
