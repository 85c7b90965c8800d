#include "integrations/telegram/api.h"

#include <string>
#include <vector>

#include "tests/integrations/telegram/far_rig.h"
#include "tests/support/catch.h"

namespace picket::telegram {
namespace {

using nlohmann::json;
using Sent = Answer<ChatMessage>;
using Did = Answer<bool>;
using Updates = Answer<std::vector<Update>>;

struct Rig : FarRig {
  Sent send(const std::string& html, const Keyboard& keyboard = {}) {
    return wait<Sent>([&](auto done) {
      api.send_message({kChatId, {}, {}, {}}, html, keyboard, std::move(done));
    });
  }
  Did edit(std::int64_t id, const std::string& html, const Keyboard& keyboard = {}) {
    return wait<Did>(
        [&](auto done) { api.edit_message_text(kChatId, id, html, keyboard, std::move(done)); });
  }
  Updates updates(std::int64_t offset, int wait_seconds) {
    return wait<Updates>([&](auto done) {
      api.get_updates(offset, std::chrono::seconds(wait_seconds), std::move(done));
    });
  }
};

TEST_CASE("a token is told from what isn't one, and not shown") {
  CHECK(check_token(kCanary));
  for (const char* bad : {"", ":", "canary", "1:", ":canary", "a:canary", "1:canary x",
                          "1:canary/../x", "1:canary?x", "1:canary\n", "1:canary:2"}) {
    const Status status = check_token(bad);
    REQUIRE_FALSE(status);
    CHECK(status.error().find("canary") == std::string::npos);
  }
}

TEST_CASE("the bot knows who it is") {
  FarRig rig;
  const auto user = rig.wait<Answer<User>>([&](auto done) { rig.api.get_me(std::move(done)); });
  REQUIRE(user);
  CHECK(user->id == 123456789);
  CHECK(user->is_bot);
  CHECK(user->username == "picket_test_bot");
}

TEST_CASE("a message is sent with buttons, edited, and edited to the same") {
  Rig rig;
  const Sent sent = rig.send("<b>one</b>", {{{"Yes", "y"}, {"No", "n"}}});
  REQUIRE(sent);
  CHECK(sent->chat.id == kChatId);
  const json first = rig.server.accepted().back();
  CHECK(first["reply_markup"]["inline_keyboard"][0][1]["callback_data"] == "n");
  CHECK(rig.edit(sent->id, "two"));
  CHECK(rig.server.accepted().back()["text"] == "two");
  CHECK(rig.edit(sent->id, "two"));
  const Did none = rig.edit(sent->id + 100, "two");
  REQUIRE_FALSE(none);
  CHECK(none.failure().kind == Failure::Kind::kRefused);
}

TEST_CASE("bad markup is refused in Telegram's words") {
  Rig rig;
  const Sent sent = rig.send("<nonsense>");
  REQUIRE_FALSE(sent);
  CHECK(sent.failure().kind == Failure::Kind::kRefused);
  CHECK(sent.failure().why.find("can't parse entities") != std::string::npos);
}

TEST_CASE("a file arrives with its name and bytes") {
  FarRig rig;
  const auto sent = rig.wait<Sent>([&](auto done) {
    rig.api.send_document({kChatId, {}, {}, {}}, {"out.txt", "a\nb", "<b>of web1</b>"},
                          std::move(done));
  });
  REQUIRE(sent);
  CAPTURE(rig.server.accepted().back().dump());
  CHECK(rig.server.accepted().back()["method"] == "sendDocument");
  CHECK(rig.server.accepted().back().dump().find("of web1") != std::string::npos);
}

TEST_CASE("updates are polled for, told as seen, and a press is answered") {
  Rig rig;
  rig.server.control({{"message", {{"from", 7}, {"chat", kChatId}, {"text", "/nodes"}}}});
  Updates updates = rig.updates(0, 5);
  REQUIRE(updates);
  REQUIRE(updates->size() == 1);
  REQUIRE(updates->front().message);
  CHECK(updates->front().message->text == "/nodes");
  CHECK(updates->front().message->from->id == 7);
  const Sent sent = rig.send("sure?", {{{"Yes", "yes:1"}}});
  REQUIRE(sent);
  rig.server.control(
      {{"press", {{"from", 7}, {"chat", kChatId}, {"message_id", sent->id}, {"data", "yes:1"}}}});
  updates = rig.updates(updates->front().id + 1, 5);
  REQUIRE(updates);
  REQUIRE(updates->size() == 1);
  const auto& query = updates->front().callback_query;
  REQUIRE(query);
  CHECK(query->data == "yes:1");
  CHECK(query->from.id == 7);
  CHECK(rig.wait<Did>([&](auto done) {
    rig.api.answer_callback_query(query->id, "done", false, std::move(done));
  }));
  CHECK(rig.updates(updates->front().id + 1, 0)->empty());
}

TEST_CASE("commands are registered for the menu") {
  Rig rig;
  CHECK(rig.wait<Did>([&](auto done) {
    rig.api.set_my_commands({{"nodes", "all nodes"}, {"run", "runs a command"}}, std::move(done));
  }));
  const Did bad = rig.wait<Did>(
      [&](auto done) { rig.api.set_my_commands({{"No Good", "x"}}, std::move(done)); });
  REQUIRE_FALSE(bad);
  CHECK(bad.failure().kind == Failure::Kind::kRefused);
}

TEST_CASE("no failure of any kind tells the token") {
  Rig rig;
  for (const char* fault : {"reset", "garbage", "500", "401", "429:1", "malformed"}) {
    rig.next(fault);
    const Sent sent = rig.send("x");
    REQUIRE_FALSE(sent);
    CHECK(sent.failure().why.find("canary") == std::string::npos);
  }
  rig.server.kill();
  CHECK(rig.send("x").failure().why.find("canary") == std::string::npos);
}

}  // namespace
}  // namespace picket::telegram
