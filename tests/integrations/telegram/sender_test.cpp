#include "integrations/telegram/sender.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/text.h"
#include "integrations/telegram/html_text.h"
#include "tests/integrations/telegram/far_rig.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_text.h"
#include "tests/support/manual_clock.h"

namespace picket::telegram {
namespace {

using delivery::Mark;
using delivery::Message;
using delivery::Outcome;
using nlohmann::json;

struct Rig : FarRig {
  test::ManualClock clock{from_unix_ns(1'800'000'000'000'000'000)};
  std::unique_ptr<Sender> sender = std::make_unique<Sender>(api, clock, Place{kChatId, {}, {}, {}});

  Outcome send(const Message& message) {
    const Outcome outcome =
        wait<Outcome>([&](auto done) { sender->send(message, std::move(done)); });
    CHECK(outcome.why.find("canary") == std::string::npos);
    return outcome;
  }
};

Message says(const std::string& text) {
  Message message;
  message.paragraphs = {{Mark::kGood, "web1", text, WallTime(), {}}};
  return message;
}

/// What keep_visible() is documented to do, told in another way.
std::string seen(std::string text) {
  for (const char* mark : {"\u030a", "\u0333", "\u033f"}) {
    const std::string word = mark == std::string("\u030a")   ? "\\u030a"
                             : mark == std::string("\u0333") ? "\\u0333"
                                                             : "\\u033f";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
      text.replace(at, 2, word);
    }
  }
  return text;
}

TEST_CASE("a message arrives as text with what stands out, and without links") {
  Rig rig;
  CHECK(rig.send(says("alice logged in from 192.0.2.7")).kind == Outcome::Kind::kAccepted);
  const auto accepted = rig.server.accepted();
  REQUIRE(accepted.size() == 1);
  CHECK(accepted[0]["chat"] == kChatId);
  CHECK(accepted[0]["text"] == "🟢 web1 alice logged in from 192.0.2.7");
  CHECK(accepted[0]["entities"] == json::parse(R"([{"type":"bold","offset":3,"length":4},
                        {"type":"code","offset":29,"length":9}])"));
  CHECK(accepted[0]["found"] == json::array());
}

TEST_CASE("T6: every hostile text arrives as exactly that text, and changes nothing around it") {
  constexpr std::size_t kMessagesAtOnceMax = 25;  // of a bot; Telegram says 30 in a second
  const std::vector<std::string> texts = test::hostile_texts();
  REQUIRE(texts.size() >= 200);
  std::vector<Message> messages;
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i % 5 == 0) {
      messages.emplace_back();
      expected.emplace_back();
    }
    const std::string name = escape_for_terminal(texts[i]);
    for (const std::string& sentence : {"user " + name + " logged in", name}) {
      messages.back().paragraphs.push_back({Mark::kAlarm, "web1", sentence, WallTime(), {}});
      expected.back() += (expected.back().empty() ? "🔴 web1 " : "\n🔴 web1 ") + seen(sentence);
    }
  }
  std::optional<Rig> rig;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (i % kMessagesAtOnceMax == 0) rig.emplace();
    messages[i].footer = "end";
    CAPTURE(expected[i]);
    const Outcome outcome = rig->send(messages[i]);
    CAPTURE(outcome.why);
    REQUIRE(outcome.kind == Outcome::Kind::kAccepted);
    const json accepted = rig->server.accepted().back();
    CHECK(accepted["text"] == expected[i] + "\nend");
    CHECK(accepted["found"] == json::array());
    std::size_t bold = 0;
    for (const json& entity : accepted["entities"]) {
      if (entity["type"] == "code") continue;
      CHECK(entity["type"] == "bold");
      CHECK(entity["length"] == 4);
      ++bold;
    }
    CHECK(bold == messages[i].paragraphs.size());
  }
}

TEST_CASE("what passes is for later, and nothing was lost nor is refused") {
  Rig rig;
  SECTION("too fast") {
    rig.next("429:3");
    const Outcome outcome = rig.send(says("x"));
    CHECK(outcome.kind == Outcome::Kind::kLater);
    CHECK(outcome.retry_after == Seconds(3));
    CHECK(outcome.why == "Telegram: Too Many Requests: retry after 3");
  }
  for (const char* fault : {"reset", "close", "garbage", "malformed", "truncated", "huge", "500",
                            "502", "403", "404", "400", "302"}) {
    DYNAMIC_SECTION(fault) {
      rig.next(fault);
      const Outcome outcome = rig.send(says("x"));
      CHECK(outcome.kind == Outcome::Kind::kLater);
      CHECK(!outcome.why.empty());
    }
  }
  SECTION("it is dead") {
    rig.server.kill();
    CHECK(rig.send(says("x")).kind == Outcome::Kind::kLater);
    rig.server.start();
  }
  CHECK(rig.server.accepted().empty());
  CHECK(rig.send(says("x")).kind == Outcome::Kind::kAccepted);
  CHECK(rig.server.accepted().size() == 1);
}

TEST_CASE("an answer that was lost is for later: the message may come twice, but not never") {
  Rig rig;
  rig.next(GENERATE("reset-after", "malformed-after"));
  CHECK(rig.send(says("x")).kind == Outcome::Kind::kLater);
  CHECK(rig.server.accepted().size() == 1);
}

TEST_CASE("a slow answer is waited for") {
  Rig rig;
  rig.next("slow:0.3");
  CHECK(rig.send(says("x")).kind == Outcome::Kind::kAccepted);
}

TEST_CASE("a chat that can't be written to is for a person to repair, and then nothing is lost") {
  Rig rig;
  Outcome outcome;
  SECTION("blocked") {
    rig.server.control({{"chat", {{"id", kChatId}, {"blocked", true}}}});
    outcome = rig.send(says("x"));
    CHECK(outcome.why.find("blocked") != std::string::npos);
    rig.server.control({{"chat", {{"id", kChatId}, {"blocked", false}}}});
    CHECK(rig.send(says("x")).kind == Outcome::Kind::kAccepted);
  }
  SECTION("not there") {
    rig.sender = std::make_unique<Sender>(rig.api, rig.clock, Place{999, {}, {}, {}});
    outcome = rig.send(says("x"));
    CHECK(outcome.why.find("chat not found") != std::string::npos);
  }
  CHECK(outcome.kind == Outcome::Kind::kLater);
  CHECK(outcome.retry_after == kRepairRetry);
}

TEST_CASE("a token that is no bot's is for a person to repair, and isn't told") {
  Rig rig;
  Api api(rig.client, Secret("123456789:canary-of-nobody"), rig.server.url(""));
  rig.sender = std::make_unique<Sender>(api, rig.clock, Place{kChatId, {}, {}, {}});
  const Outcome outcome = rig.send(says("x"));
  CHECK(outcome.kind == Outcome::Kind::kLater);
  CHECK(outcome.retry_after == kRepairRetry);
  CHECK(outcome.why.find("token") != std::string::npos);
}

TEST_CASE("a group that became a supergroup is followed") {
  Rig rig;
  rig.sender = std::make_unique<Sender>(rig.api, rig.clock, Place{-5, {}, {}, {}});
  rig.server.control({{"chat", {{"id", -1007}, {"type", "supergroup"}}}});
  rig.server.control({{"chat", {{"id", -5}, {"migrated_to", -1007}}}});
  const Outcome outcome = rig.send(says("x"));
  CHECK(outcome.kind == Outcome::Kind::kLater);
  CHECK(outcome.why.find("-1007") != std::string::npos);
  CHECK(rig.send(says("x")).kind == Outcome::Kind::kAccepted);
  CHECK(rig.server.accepted().back()["chat"] == -1007);
}

TEST_CASE("a message that can never be sent is refused, with the reason") {
  Rig rig;
  const Outcome outcome = rig.send(Message());
  CHECK(outcome.kind == Outcome::Kind::kRefused);
  CHECK(outcome.why.find("empty") != std::string::npos);
}

TEST_CASE("a sender that ends tells nobody") {
  Rig rig;
  rig.next("slow:0.2");
  bool told = false;
  rig.sender->send(says("x"), [&](const Outcome&) { told = true; });
  rig.sender.reset();
  CHECK(rig.client.under_way() == 0);
  test::run_ready(rig.io);
  CHECK(!told);
}

}  // namespace
}  // namespace picket::telegram
