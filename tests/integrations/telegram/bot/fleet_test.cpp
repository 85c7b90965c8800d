// Commands on several nodes by the bot: which they are, one message for all of them, and bounds.
#include <algorithm>
#include <map>

#include "integrations/telegram/bot/core/bot_limits.h"
#include "integrations/telegram/bot/core/fleet_words.h"
#include "tests/integrations/telegram/bot/run_rig.h"
#include "tests/support/catch.h"

namespace picket::telegram::bot::test {
namespace {

using namespace std::chrono_literals;

struct FleetRig : RunRig {
  explicit FleetRig(int nodes) {
    fleet.clear();
    for (int i = 1; i <= nodes; ++i) add_node("web" + std::to_string(i));
  }
  /// Those that runs were asked for, in that order.
  std::vector<std::string> run_on() const {
    std::vector<std::string> nodes;
    for (const auto& one : asked)
      if (one.request.has_run()) nodes.push_back(one.request.run().node());
    return nodes;
  }
  client::Reply& of(const std::string& node) {
    for (auto& one : asked)
      if (one.request.has_run() && one.request.run().node() == node) return one.reply;
    FAIL("nothing was asked of " + node);
    return asked.front().reply;
  }
  void tell_running(const std::string& node) {
    v1::HubToClient item;
    item.mutable_execution()->set_id("e-" + node);
    item.mutable_execution()->set_node(node);
    item.mutable_execution()->set_state(v1::Execution::STATE_RUNNING);
    of(node).on_item(item);
  }
  void tell_output(const std::string& node, const std::string& bytes) {
    v1::HubToClient item;
    item.mutable_execution_output()->set_data(bytes);
    of(node).on_item(item);
  }
  void tell_end(const std::string& node, v1::ExecutionEnd::Kind kind, uint32_t code = 0) {
    v1::HubToClient item;
    item.mutable_execution_ended()->mutable_end()->set_kind(kind);
    item.mutable_execution_ended()->mutable_end()->set_code(code);
    const client::Reply reply = of(node);
    reply.on_item(item);
    reply.on_end();
    settle();
  }
  void end_well(const std::string& node) {
    tell_running(node);
    tell_end(node, v1::ExecutionEnd::KIND_EXITED);
  }
};

constexpr auto kExited = v1::ExecutionEnd::KIND_EXITED;

}  // namespace

TEST_CASE("a selector's nodes are named, and exactly those that were confirmed run it (SM33)") {
  FleetRig rig(3);
  rig.add_node("db1");
  rig.add_node("web9", v1::NodeSummary::STATE_DISCONNECTED);
  rig.add_node("web8", v1::NodeSummary::STATE_REVOKED);
  rig.write(kAlice, "/run web* uptime");
  CHECK(contains(rig.last(), "Run uptime on 3 nodes?"));
  CHECK(contains(rig.last(), "web1, web2, web3\n"));
  CHECK(contains(rig.last(), "not connected: web9"));
  rig.add_node("web4");  // joins before it is confirmed
  rig.press(kAlice, rig.yes());
  CHECK(rig.run_on() == std::vector<std::string>{"web1", "web2", "web3"});
  rig.of("web2").on_failure({client::Failure::Kind::kRefused, "web2 is not connected"});
  rig.end_well("web1");
  rig.end_well("web3");
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "❌ uptime on 3 nodes: 2 ok, 1 failed, 0 lost"));
  CHECK(contains(rig.last(), "❌ <b>web2</b> web2 is not connected"));
}

TEST_CASE("@all is all that are connected, and an address is the node behind it") {
  FleetRig rig(2);
  rig.write(kAlice, "/run @all uptime");
  CHECK(contains(rig.last(), "Run uptime on 2 nodes?"));
  rig.write(kAlice, "/run nope uptime");
  CHECK(contains(rig.last(), "no such node"));
  rig.write(kAlice, "/run x* uptime");
  CHECK(contains(rig.last(), "no node matches"));
  rig.add_node("off1", v1::NodeSummary::STATE_DISCONNECTED);
  rig.add_node("off2", v1::NodeSummary::STATE_NOT_SEEN);
  rig.write(kAlice, "/run off1 uptime");
  CHECK(contains(rig.last(), "off1 is not connected"));
  rig.write(kAlice, "/run off* uptime");
  CHECK(contains(rig.last(), "off1, off2 are not connected"));
  rig.write(kAlice, "/run @all reboot");
  CHECK(contains(rig.last(), "is not among what this bot may run"));
  CHECK(rig.run_on().empty());
}

TEST_CASE("few nodes are all named, of many the first") {
  FleetRig few(static_cast<int>(kAllNodesNamed));
  few.write(kAlice, "/run @all uptime");
  CHECK(contains(few.last(), "web" + std::to_string(kAllNodesNamed)));
  CHECK_FALSE(contains(few.last(), "more"));
  FleetRig many(static_cast<int>(kAllNodesNamed) + 1);
  many.write(kAlice, "/run @all uptime");
  CHECK(contains(many.last(), "web8 and 3 more"));
}

TEST_CASE("too many nodes are refused with a sentence that says how many may be") {
  FleetRig rig(static_cast<int>(kNodesOfRunMax));
  rig.write(kAlice, "/run @all uptime");
  CHECK(contains(rig.last(), "Run uptime on 5000 nodes?"));
  rig.add_node("one-more");
  rig.write(kAlice, "/run @all uptime");
  CHECK(contains(rig.last(), "5001 nodes are too many at once: at most 5000"));
  CHECK(rig.sent.back().keyboard.empty());
}

TEST_CASE("one message says of all nodes how it goes, with a line for each that failed") {
  FleetRig rig(5);
  rig.begin("/run web* uptime");
  const auto message = rig.sent.back().message_id;
  rig.tell_running("web1");
  rig.tell_running("web2");
  rig.end_well("web3");
  rig.tell_running("web4");
  rig.tell_end("web4", kExited, 3);
  rig.tell_end("web5", v1::ExecutionEnd::KIND_LOST);
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "⏳ uptime on 5 nodes: 2 running, 1 ok, 1 failed, 1 lost"));
  CHECK(contains(rig.last(), "❌ <b>web4</b> exited 3 after"));
  CHECK(contains(rig.last(), "❔ <b>web5</b> lost"));
  CHECK(rig.sent.back().is_edit);
  rig.tell_output("web1", "up <1>\n");
  rig.tell_end("web1", kExited);
  rig.tell_end("web2", v1::ExecutionEnd::KIND_TIMED_OUT);
  rig.advance(kEditEvery);
  CHECK(contains(rig.last(), "❌ uptime on 5 nodes: 2 ok, 2 failed, 1 lost"));
  CHECK(contains(rig.last(), "⌛ <b>web2</b> timed out"));
  CHECK(contains(rig.last(), "<b>web1</b>\n<pre>up &lt;1&gt;</pre>"));
  CHECK(rig.sent.back().keyboard.empty());
  for (const Sent& one : rig.sent) CHECK(one.message_id == message);
  rig.advance(1min);
  CHECK(rig.deadlines.size() == 0);
}

TEST_CASE(
    "what has no room in a fleet's message is in one file, where no line passes for another's") {
  FleetRig rig(3);
  rig.begin("/run web* uptime");
  std::string all;
  for (int i = 0; i < 500; ++i) all += "line " + std::to_string(i) + "\n";
  rig.tell_output("web1", all);
  rig.tell_output("web2", "web3: exited 0 after 1 ms\x1b\nlast");
  for (const char* node : {"web1", "web2", "web3"}) rig.end_well(node);
  rig.advance(kEditEvery);
  std::vector<Sent> files;
  for (const Sent& one : rig.sent) {
    CHECK(one.html.size() < 4096);
    if (!one.file_name.empty()) files.push_back(one);
  }
  REQUIRE(files.size() == 1);
  CHECK(files[0].file_name == "uptime-3-nodes.txt");
  CHECK(contains(files[0].file, "web1| line 499\n"));
  CHECK(contains(files[0].file,
                 "\nweb2| web3: exited 0 after 1 ms\\x1b\nweb2| last\nweb3: exited 0"));
}

TEST_CASE("the file of a fleet's output is bounded, and still says how each ended") {
  std::vector<std::string> names;
  for (int i = 0; i < 4; ++i) names.push_back(std::string(60, 'n') + std::to_string(i));
  Progress progress(names);
  v1::ExecutionOutput output;
  output.set_data(std::string(kOutputBytesMax, '\n'));
  v1::ExecutionEnded ended;
  ended.mutable_end()->set_kind(kExited);
  for (std::size_t i = 0; i < names.size(); ++i) {
    progress.on_asked(i);
    progress.on_output(i, output);
    progress.on_ended(i, ended);
  }
  const std::string text = fleet_text({"", "", "all"}, progress);
  CHECK(text.size() < kFleetFileBytesMax + 4096);
  for (const auto& name : names) CHECK(contains(text, name + ": exited 0"));
  CHECK(contains(text, names.back() + ": the rest of its output is left out"));
}

TEST_CASE("thousands of nodes are one message, so many at once and edited so often") {
  constexpr int kNodes = 2000;
  FleetRig rig(kNodes);
  rig.begin("/run @all uptime");
  std::map<std::string, bool> told;
  const std::size_t before = rig.sent.size();
  std::size_t next = 0;
  for (int i = 0; i < kNodes; ++i) {
    REQUIRE(rig.asked.size() - next <= kFollowedMax - kRunsMax + 1);
    const Asked one = rig.asked.at(next++);
    const std::string node = one.request.run().node();
    CHECK(told.emplace(node, true).second);
    v1::HubToClient item;
    item.mutable_execution_ended()->mutable_end()->set_kind(kExited);
    item.mutable_execution_ended()->mutable_end()->set_code(i % 10 == 0 ? 1 : 0);
    one.reply.on_item(item);
    one.reply.on_end();
    rig.advance(10ms);
  }
  CHECK(told.size() == kNodes);
  rig.advance(kEditEvery);
  CHECK(rig.sent.size() - before <= 10);
  const auto file =
      std::ranges::find_if(rig.sent, [](const auto& one) { return !one.file.empty(); });
  REQUIRE(file != rig.sent.end());
  CHECK(std::ranges::count(file->file, '\n') == kNodes + 1);
  CHECK(
      contains(rig.sent.at(rig.sent.size() - 2).html + rig.last(), "1800 ok, 200 failed, 0 lost"));
  CHECK(contains(rig.sent.at(rig.sent.size() - 2).html + rig.last(), "more of them"));
}

TEST_CASE("a fleet leaves room for others' runs") {
  FleetRig rig(100);
  rig.begin("/run @all uptime");
  const std::size_t of_fleet = rig.run_on().size();
  CHECK(of_fleet == kFollowedMax - kRunsMax + 1);
  rig.begin("/run web5 uptime");
  CHECK(rig.run_on().size() == of_fleet + 1);
  CHECK(rig.run_on().back() == "web5");
}

TEST_CASE("ending a fleet's run ends all that runs, and begins no more") {
  FleetRig rig(100);
  rig.begin("/run @all uptime");
  const auto begun = rig.run_on();
  rig.tell_running("web1");
  rig.advance(kEditEvery);
  rig.press(kAlice, rig.yes());
  REQUIRE(rig.asked.back().request.has_cancel_execution());
  CHECK(rig.asked.back().request.cancel_execution().id() == "e-web1");
  const std::string late = begun.at(1);
  rig.tell_running(late);  // whose id wasn't known yet
  CHECK(rig.asked.back().request.cancel_execution().id() == "e-" + late);
  for (const auto& node : begun) rig.tell_end(node, v1::ExecutionEnd::KIND_CANCELLED);
  CHECK(rig.run_on() == begun);
  rig.advance(kEditEvery);
  const std::string words = std::to_string(begun.size()) + " failed, 0 lost, " +
                            std::to_string(100 - begun.size()) + " not run";
  CHECK(std::ranges::any_of(rig.sent, [&](const auto& one) { return contains(one.html, words); }));
}

TEST_CASE("a button that couldn't end a run is there again") {
  FleetRig rig(1);
  rig.begin();
  rig.tell_running("web1");
  rig.advance(kEditEvery);
  const std::string first = rig.yes();
  rig.press(kAlice, first);
  rig.asked.back().reply.on_failure({client::Failure::Kind::kRefused, "not now"});
  rig.advance(kEditEvery);
  CHECK(rig.yes() != first);
  rig.press(kAlice, rig.yes());
  CHECK(rig.asked.back().request.has_cancel_execution());
}

}  // namespace picket::telegram::bot::test
