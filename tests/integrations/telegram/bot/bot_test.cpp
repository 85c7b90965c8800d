// Whom the bot listens to, and what it answers.
#include "integrations/telegram/bot/core/bot.h"

#include "integrations/telegram/bot/core/bot_limits.h"
#include "tests/integrations/telegram/bot/bot_rig.h"
#include "tests/support/catch.h"

namespace picket::telegram::bot::test {
namespace {

using namespace std::chrono_literals;

v1::HubToClient node(const std::string& name) {
  v1::HubToClient item;
  item.mutable_node()->set_name(name);
  item.mutable_node()->set_state(v1::NodeSummary::STATE_CONNECTED);
  auto& sessions = *item.mutable_node()->add_collectors();
  sessions.set_resource("sessions");
  sessions.mutable_health()->mutable_ok();
  return item;
}

v1::HubToClient session(const std::string& name, const std::string& user) {
  v1::HubToClient item;
  item.mutable_rows()->set_node(name);
  auto& row = *item.mutable_rows()->mutable_sessions()->add_rows();
  row.set_user(user);
  row.set_remote_host("192.0.2.7");
  return item;
}

}  // namespace

TEST_CASE("who is no user gets no answer, whatever they write or press (SM31)") {
  Rig rig;
  for (const char* text : {"/help", "hello", "/nodes", "/run web1 uptime"})
    rig.write(kStranger, text);
  rig.press(kStranger, "anything");
  CHECK(rig.calls == 0);
  CHECK(rig.asked.empty());
  CHECK(rig.answers.empty());
  CHECK(rig.strangers.size() == 5);
}

TEST_CASE("strangers are logged so often, and the rest is counted") {
  Rig rig;
  for (int i = 0; i < 100; ++i) rig.write(kStranger, "/help");
  REQUIRE(rig.strangers.size() == kStrangersLoggedPerMinute);
  rig.advance(61s);
  rig.write(kStranger, "/help");
  CHECK(rig.strangers.back().second == 100 - kStrangersLoggedPerMinute);
}

TEST_CASE("help lists what its reader may do") {
  Rig rig;
  rig.write(kOscar, "/help");
  CHECK(contains(rig.last(), "/nodes"));
  rig.write(kOscar, "/start");
  CHECK(rig.sent.size() == 2);
  CHECK(rig.sent[0].html == rig.sent[1].html);
}

TEST_CASE("in a group only what is addressed to this bot by a user is heard") {
  Rig rig;
  rig.write(kAlice, "/help@picket_bot", kGroup);
  CHECK(rig.calls == 0);  // its name isn't known yet
  rig.bot->set_name("Picket_Bot");
  for (const char* text : {"/help", "hello", "/help@other_bot", "/help@picket_bot2"})
    rig.write(kAlice, text, kGroup);
  rig.write(kStranger, "/help@picket_bot", kGroup);
  CHECK(rig.calls == 0);
  CHECK(rig.strangers.size() == 1);
  rig.write(kAlice, "/help@picket_bot", kGroup);
  REQUIRE(rig.sent.size() == 1);
  CHECK(rig.sent[0].chat_id == kGroup);
  CHECK(rig.sent[0].reply_to == rig.last_message - 1);
}

TEST_CASE("what is older than a minute when it is read is told as such, and not done (SM34)") {
  Rig rig;
  rig.write(kAlice, "/nodes", 0, 60s);
  CHECK(rig.asked.size() == 1);
  rig.write(kAlice, "/nodes", 0, 61s);
  CHECK(rig.asked.size() == 1);
  CHECK(contains(rig.last(), "was not done"));
  rig.write(kAlice, "/nodes", 0, -60s);  // our clock is a little late
  CHECK(rig.asked.size() == 2);
  rig.write(kAlice, "/nodes", 0, -1h);
  CHECK(rig.asked.size() == 2);
  CHECK(contains(rig.last(), "sent in the future"));
}

TEST_CASE("what isn't understood is said so") {
  Rig rig;
  rig.write(kAlice, "hello");
  CHECK(contains(rig.last(), "/help"));
  rig.write(kAlice, "/nope <b>");
  CHECK(contains(rig.last(), "is unknown"));
  rig.write(kAlice, "/node");
  CHECK(contains(rig.last(), "expected"));
  rig.write(kAlice, "/node 'web1");
  CHECK(contains(rig.last(), "isn't closed"));
  CHECK(rig.asked.empty());
}

TEST_CASE("nodes are listed with their state and how many are on (SM33)") {
  Rig rig;
  rig.write(kOscar, "/nodes web* db1");
  REQUIRE(rig.asked.size() == 1);
  CHECK(rig.asked[0].request.list_nodes().selectors(1) == "db1");
  rig.tell(node("web1"));
  auto gone = node("web2");
  gone.mutable_node()->set_state(v1::NodeSummary::STATE_DISCONNECTED);
  gone.mutable_node()->set_since_unix_ns(to_unix_ns(rig.clock.wall() - 5min));
  rig.tell(gone);
  rig.end();
  CHECK(contains(rig.last(), "✅ <b>web1</b> connected, nobody is logged in"));
  CHECK(contains(rig.last(), "❌ <b>web2</b> disconnected for 5 min"));
}

TEST_CASE("who is on is told with hostile names as text") {
  Rig rig;
  rig.write(kOscar, "/who");
  rig.tell(node("web1"));
  rig.tell(session("web1", "<b>eve</b>"));
  rig.tell(node("web2"));
  rig.end();
  CHECK(contains(rig.last(), "&lt;b&gt;eve&lt;/b&gt;"));
  CHECK(contains(rig.last(), "<b>web2</b> nobody is logged in"));
}

TEST_CASE("a hub that isn't there is told, and the bot goes on") {
  Rig rig;
  rig.write(kOscar, "/nodes");
  rig.write(kOscar, "/help");  // an answer that waits blocks nobody
  CHECK(contains(rig.last(), "/nodes"));
  rig.asked[0].reply.on_failure({client::Failure::Kind::kUnreachable, "no hub at /run/hub.sock"});
  rig.settle();
  CHECK(contains(rig.last(), "no hub at"));
}

TEST_CASE("so much is asked of the hub at once, and no more") {
  Rig rig;
  for (std::size_t i = 0; i < kQuestionsMax; ++i) rig.write(kOscar, "/nodes");
  CHECK(rig.asked.size() == kQuestionsMax);
  CHECK(rig.calls == 0);
  rig.write(kOscar, "/nodes");
  CHECK(rig.asked.size() == kQuestionsMax);
  CHECK(contains(rig.last(), "too much is asked"));
  rig.end();
  rig.write(kOscar, "/nodes");
  CHECK(rig.asked.size() == kQuestionsMax + 1);
}

TEST_CASE("an answer that is refused for now is said later, in order") {
  Rig rig;
  rig.verdicts = {{.kind = Said::Kind::kLater, .message_id = 0, .retry_after = 5s, .why = "429"}};
  rig.write(kOscar, "/help");
  rig.write(kOscar, "hello");
  CHECK(rig.sent.empty());
  rig.advance(5s);
  REQUIRE(rig.sent.size() == 2);
  CHECK(contains(rig.sent[1].html, "send"));
}

TEST_CASE("what a chat never takes is given up, and said to whoever runs the bot") {
  Rig rig;
  for (int i = 0; i < 1000; ++i)
    rig.verdicts.push_back(
        {.kind = Said::Kind::kLater, .message_id = 0, .retry_after = 5s, .why = "not reached"});
  rig.write(kOscar, "/help");
  rig.advance(kSayFor);
  CHECK(rig.unsaid == std::vector<std::string>{"not reached"});
  CHECK(rig.deadlines.size() == 0);
}

TEST_CASE("so much waits to be said, and no more") {
  Rig rig;
  rig.verdicts = {{.kind = Said::Kind::kLater, .message_id = 0, .retry_after = 1min, .why = "x"}};
  for (std::size_t i = 0; i < kNotesWaitingMax; ++i) rig.write(kOscar, "/help");
  CHECK(rig.unsaid.empty());
  rig.write(kOscar, "/help");
  CHECK(rig.unsaid.size() == 1);
  rig.advance(1min);
  CHECK(rig.sent.size() == kNotesWaitingMax);
}

TEST_CASE("the menu has each verb, within what Telegram takes") {
  const auto commands = menu();
  CHECK(commands.size() == verbs().size());
  for (const Command& command : commands) {
    CHECK(command.name.size() <= 32);
    CHECK(command.description.size() >= 1);
    CHECK(command.description.size() <= 256);
  }
}

}  // namespace picket::telegram::bot::test
