// The services that bridges are tested against, as a test in C++ uses them.
#include "tests/support/far_side.h"

#include <asio/io_context.hpp>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/support/catch.h"
#include "tests/support/loop.h"

namespace picket::http {
namespace {

const std::string kBot = "bot123456789:AAF-test-canary-token-of-the-far-side0/";
const std::string kWebhook =
    "api/webhooks/1/test-canary-token-of-the-far-side-webhook-0123456789abcdefghijklmnop?wait=true";

Request post(const test::FarSide& service, const std::string& path, const nlohmann::json& body) {
  Request request;
  request.method = "POST";
  request.url = service.url(path);
  request.content_type = "application/json";
  request.body = body.dump();
  return request;
}

struct Caller {
  explicit Caller(const test::FarSide& service) : client(io.get_executor(), service.options()) {}

  Result<Response> send(Request request) {
    std::optional<Result<Response>> answer;
    client.send(std::move(request), [&](Result<Response> its) { answer = std::move(its); });
    REQUIRE(test::run_until(io, [&] { return answer.has_value(); }));
    return *std::move(answer);
  }

  asio::io_context io;
  Client client;
};

TEST_CASE("the far side Telegram keeps what it accepted over a kill, and its port") {
  test::FarSide telegram("telegram_server.py", {"--chat", "7"});
  Caller caller(telegram);
  const auto message = post(telegram, kBot + "sendMessage", {{"chat_id", 7}, {"text", "one"}});
  const Result<Response> first = caller.send(message);
  REQUIRE(first);
  CHECK(nlohmann::json::parse(first->body)["result"]["text"] == "one");
  telegram.kill();
  CHECK(!caller.send(message));
  telegram.start();
  CHECK(caller.send(message)->status == 200);
  const auto accepted = telegram.accepted();
  REQUIRE(accepted.size() == 2);
  CHECK(accepted[1]["number"] == 2);
}

TEST_CASE("a long poll goes on beside other requests, and is given up without a word") {
  test::FarSide telegram("telegram_server.py", {"--chat", "7"});
  Caller caller(telegram);
  bool called = false;
  const auto poll = caller.client.send(post(telegram, kBot + "getUpdates", {{"timeout", 20}}),
                                       [&](const Result<Response>&) { called = true; });
  REQUIRE(test::run_until(caller.io, [&] { return telegram.tell()["polling"] == true; }));
  const auto message = post(telegram, kBot + "sendMessage", {{"chat_id", 7}, {"text", "one"}});
  CHECK(caller.send(message)->status == 200);
  CHECK(!called);
  caller.client.cancel(poll);
  REQUIRE(test::run_until(caller.io, [&] { return telegram.tell()["polling"] == false; }));
  CHECK(!called);
}

TEST_CASE("a failure at the far side Telegram shows nothing of the token") {
  test::FarSide telegram("telegram_server.py", {"--chat", "7"});
  Caller caller(telegram);
  for (const char* fault : {"reset", "close", "garbage", "truncated", "huge"}) {
    telegram.control({{"next", {fault, fault}}});
    const Result<Response> answer =
        caller.send(post(telegram, kBot + "sendMessage", {{"chat_id", 7}, {"text", "one"}}));
    REQUIRE(!answer);
    CHECK(answer.error().find("localhost: ") == 0);
    CHECK(answer.error().find("canary") == std::string::npos);
    CHECK(answer.error().find("AAF") == std::string::npos);
  }
  CHECK(telegram.accepted().empty());
}

TEST_CASE("the far side Discord says how fast to go on") {
  test::FarSide discord("discord_server.py");
  Caller caller(discord);
  discord.control({{"next", {"429:1.5"}}});
  const auto message = post(discord, kWebhook, {{"content", "one"}});
  const Result<Response> limited = caller.send(message);
  REQUIRE(limited);
  CHECK(limited->status == 429);
  CHECK(limited->header("Retry-After") == "2");
  CHECK(nlohmann::json::parse(limited->body)["retry_after"] == 1.5);
  const Result<Response> answer = caller.send(message);
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->header("X-RateLimit-Remaining") == "4");
  CHECK(discord.accepted()[0]["shown"]["content"][0] == "one");
}

}  // namespace
}  // namespace picket::http
