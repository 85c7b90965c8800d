#include "integrations/discord/webhook.h"

#include <asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/text.h"
#include "integrations/discord/answer.h"
#include "tests/support/catch.h"
#include "tests/support/far_side.h"
#include "tests/support/hostile_text.h"
#include "tests/support/loop.h"

namespace picket::discord {
namespace {

using delivery::Mark;
using delivery::Message;
using delivery::Outcome;
using nlohmann::json;

const std::string kToken = "test-canary-token-of-the-far-side-webhook-0123456789abcdefghijklmnop";

struct Rig {
  test::FarSide server;
  asio::io_context io;
  http::Client client{io.get_executor(), server.options()};
  std::unique_ptr<Webhook> webhook;

  explicit Rig(const std::string& limit = "0")
      : server("discord_server.py",
               {"--limit", limit, "--limit-seconds", "0.5", "--channel-per-minute", "0"}) {
    use("1/" + kToken);
  }

  void use(const std::string& id_and_token, const Beside& beside = {}) {
    webhook = std::make_unique<Webhook>(io.get_executor(), client,
                                        Secret(server.url("api/webhooks/" + id_and_token)), beside);
  }

  Outcome send(const Message& message) {
    std::optional<Outcome> outcome;
    webhook->send(message, [&](Outcome its) { outcome = std::move(its); });
    CHECK(!outcome);
    REQUIRE(test::run_until(io, [&] { return outcome.has_value(); }));
    CHECK(outcome->why.find("canary") == std::string::npos);
    return *std::move(outcome);
  }

  void next(const std::string& fault) { server.control({{"next", {fault}}}); }
};

Message says(const std::string& text) {
  Message message;
  message.paragraphs = {{Mark::kGood, "web1", text, WallTime(), {}}};
  return message;
}

/// What keep_ends() is documented to do with blanks, told in another way: those of the corpus.
std::string seen(std::string text) {
  const std::vector<std::pair<std::string, std::string>> blanks = {
      {" ", "\\x20"}, {"\u00a0", "\\u00a0"}, {"\u3000", "\\u3000"}, {"\u2003", "\\u2003"}};
  std::string before;
  std::string behind;
  for (bool again = true; again;) {
    again = false;
    for (const auto& [blank, word] : blanks) {
      if (text.starts_with(blank)) {
        before += word;
        text.erase(0, blank.size());
        again = true;
      } else if (text.ends_with(blank)) {
        behind = word + behind;
        text.erase(text.size() - blank.size());
        again = true;
      }
    }
  }
  return before + text + behind;
}

TEST_CASE("a webhook's URL is told from what isn't one, and not shown") {
  CHECK(check_webhook_url("https://discord.com/api/webhooks/1/canary"));
  CHECK(check_webhook_url("https://localhost:4433/api/webhooks/1/canary?thread_id=5"));
  for (const char* bad : {"", "http://discord.com/api/webhooks/1/canary", "https://", "https:///x",
                          "https://canary", "https://discord.com/", "https://a@b/canary",
                          "https://discord.com/api canary", "https://discord.com/canary#x",
                          "https://discord.com/canary/\n", "https://discord.com/canary/"}) {
    CAPTURE(bad);
    const Status status = check_webhook_url(bad);
    REQUIRE_FALSE(status);
    CHECK(status.error().find("canary") == std::string::npos);
  }
}

TEST_CASE("SM35: a message is posted, and there when that is told") {
  Rig rig;
  rig.use("1/" + kToken, {"@everyone look", {}});
  CHECK(rig.send(says("alice logged in")).kind == Outcome::Kind::kAccepted);
  const auto accepted = rig.server.accepted();
  REQUIRE(accepted.size() == 1);
  CHECK(accepted[0]["waited"] == "true");
  CHECK(accepted[0]["content"] == "@everyone look");
  CHECK(accepted[0]["mentions"] == json::array());
  rig.use("1/" + kToken + "?thread_id=5", {"@everyone look", {"everyone"}});
  CHECK(rig.send(says("alice logged in")).kind == Outcome::Kind::kAccepted);
  CHECK(rig.server.accepted().back()["mentions"] == json::array({"everyone"}));
  CHECK(rig.server.accepted().back()["waited"] == "true");
}

TEST_CASE("T6: every hostile text arrives as exactly that text, and changes nothing around it") {
  Rig rig;
  const std::vector<std::string> texts = test::hostile_texts();
  REQUIRE(texts.size() >= 200);
  for (std::size_t i = 0; i < texts.size(); i += 5) {
    Message message;
    std::vector<std::string> names;
    for (std::size_t j = i; j < texts.size() && j < i + 5; ++j) {
      names.push_back(escape_for_terminal(texts[j]));
      const std::string sentence = "user " + names.back() + " logged in";
      message.paragraphs.push_back({Mark::kAlarm, "web1", sentence, WallTime(), {}});
      message.paragraphs.push_back(
          {Mark::kAlarm, "web1", names.back(), WallTime(), {{"user", names.back()}}});
    }
    const Outcome outcome = rig.send(message);
    CAPTURE(outcome.why);
    REQUIRE(outcome.kind == Outcome::Kind::kAccepted);
    const json accepted = rig.server.accepted().back();
    CHECK(accepted["mentions"] == json::array());
    CHECK(accepted["content"] == "");
    const json& embeds = accepted["shown"]["embeds"];
    REQUIRE(embeds.size() == message.paragraphs.size());
    const auto as_shown = [](const std::string& text) {
      return json::array({text, json::array()});
    };
    for (std::size_t j = 0; j < names.size(); ++j) {
      CAPTURE(names[j]);
      CHECK(embeds[2 * j]["title"] == as_shown("🔴 web1"));
      CHECK(embeds[2 * j]["description"] == as_shown("user " + names[j] + " logged in"));
      CHECK(embeds[2 * j + 1]["description"] == as_shown(seen(names[j])));
      CHECK(embeds[2 * j + 1]["fields"] ==
            json::array({json::array({as_shown("user"), as_shown(seen(names[j]))})}));
    }
  }
}

TEST_CASE("what passes is for later, and nothing was lost nor is refused") {
  Rig rig;
  SECTION("too fast") {
    rig.next("429:0.25");
    const Outcome outcome = rig.send(says("x"));
    CHECK(outcome.kind == Outcome::Kind::kLater);
    CHECK(outcome.retry_after == Milliseconds(250));
  }
  SECTION("too fast, all of this address") {
    rig.next("429-global:2");
    const Outcome outcome = rig.send(says("x"));
    CHECK(outcome.kind == Outcome::Kind::kLater);
    CHECK(outcome.retry_after == Seconds(2));
    CHECK(outcome.why.find("address") != std::string::npos);
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

TEST_CASE("with an empty bucket the next message waits, and none is refused for being too fast") {
  Rig rig("2");
  for (int i = 0; i < 5; ++i) {
    CHECK(rig.send(says(std::to_string(i))).kind == Outcome::Kind::kAccepted);
  }
  CHECK(rig.server.accepted().size() == 5);
}

TEST_CASE("a webhook that is gone is for a person to repair") {
  Rig rig;
  SECTION("deleted") {
    rig.server.control({{"webhook", {{"id", "1"}, {"deleted", true}}}});
    const Outcome outcome = rig.send(says("x"));
    CHECK(outcome.kind == Outcome::Kind::kLater);
    CHECK(outcome.retry_after == kRepairRetry);
    CHECK(outcome.why.find("Unknown Webhook") != std::string::npos);
  }
  SECTION("another token") {
    rig.use("1/canary-of-nobody");
    CHECK(rig.send(says("x")).retry_after == kRepairRetry);
  }
}

TEST_CASE("a message that can never be sent is refused, with the reason") {
  Rig rig;
  const Outcome outcome = rig.send(Message());
  CHECK(outcome.kind == Outcome::Kind::kRefused);
  CHECK(outcome.why == "Discord: Cannot send an empty message");
}

TEST_CASE("a webhook that ends tells nobody, whatever it waits for") {
  Rig rig("1");
  bool told = false;
  const auto tell = [&](const Outcome&) { told = true; };
  SECTION("its turn in the loop") {
    rig.webhook->send(says("x"), tell);
    rig.webhook.reset();
  }
  SECTION("its bucket") {
    CHECK(rig.send(says("x")).kind == Outcome::Kind::kAccepted);
    rig.webhook->send(says("x"), tell);
    test::run_ready(rig.io);
    rig.webhook.reset();
  }
  SECTION("the answer") {
    rig.next("slow:0.2");
    rig.webhook->send(says("x"), tell);
    REQUIRE(test::run_until(rig.io, [&] { return rig.client.under_way() == 1; }));
    rig.webhook.reset();
  }
  test::run_ready(rig.io);
  CHECK(rig.client.under_way() == 0);
  CHECK(!told);
}

}  // namespace
}  // namespace picket::discord
