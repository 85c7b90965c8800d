// Messages that change: how often those of one chat are edited, and what becomes of a deleted one.
#include "integrations/telegram/bot/core/edits.h"

#include <set>

#include "integrations/telegram/bot/core/bot_limits.h"
#include "tests/integrations/telegram/bot/run_rig.h"
#include "tests/support/catch.h"

namespace picket::telegram::bot::test {

using namespace std::chrono_literals;

TEST_CASE("a run whose message was deleted is told to its end by another, and logged once") {
  RunRig rig;
  rig.begin();
  rig.tell_state(v1::Execution::STATE_RUNNING);
  rig.advance(kEditEvery);
  const auto message = rig.sent.back().message_id;
  rig.verdicts = {{.kind = Said::Kind::kRefused, .why = "message to edit not found"}};
  for (int i = 0; i < 3000; ++i) {
    rig.tell_output("line " + std::to_string(i) + "\n");
    rig.advance(100ms);
  }
  CHECK(rig.unsaid.size() == 1);
  const std::size_t before = rig.sent.size();
  rig.tell_end(3);
  rig.advance(kEditEvery);
  REQUIRE(rig.sent.size() > before);
  const Sent& end = rig.sent[before].file_name.empty() ? rig.sent[before] : rig.sent[before + 1];
  CHECK_FALSE(end.is_edit);
  CHECK(end.message_id != message);
  CHECK(end.html.find("uptime on web1: exited 3") != std::string::npos);
  rig.advance(10min);
  CHECK(rig.deadlines.size() == 0);
}

TEST_CASE("an end that can't be edited into its message is sent") {
  RunRig rig;
  rig.begin();
  rig.tell_state(v1::Execution::STATE_RUNNING);
  rig.advance(kEditEvery);
  rig.verdicts = {{.kind = Said::Kind::kRefused, .why = "message to edit not found"},
                  {.kind = Said::Kind::kLater, .why = "not now"}};
  rig.tell_end();
  rig.advance(1min);
  CHECK_FALSE(rig.sent.back().is_edit);
  CHECK(rig.last().find("✅ uptime on web1") != std::string::npos);
  rig.advance(10min);
  CHECK(rig.deadlines.size() == 0);
}

TEST_CASE("all messages of a chat share how often they are edited, those of a group are slower") {
  const std::int64_t chat_id = GENERATE(kAlice, kGroup);
  Rig rig;
  Edits edits(rig, rig.clock, rig.deadlines, rig, [] { return 0; });
  for (int second = 0; second < 60; ++second) {
    for (std::int64_t message = 1; message <= 8; ++message)
      edits.show(chat_id, message, [second] { return Shown{std::to_string(second), {}}; });
    rig.advance(1s);
  }
  const std::size_t most = chat_id < 0 ? 11 : 41;
  CHECK(rig.sent.size() <= most);
  CHECK(rig.sent.size() >= most - 3);
  std::set<std::int64_t> edited;
  for (const Sent& one : rig.sent) edited.insert(one.message_id);
  CHECK(edited.size() == 8);
  rig.advance(5min);
  CHECK(edits.size() == 0);
}

}  // namespace picket::telegram::bot::test
