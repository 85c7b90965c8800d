#include "integrations/telegram/answer.h"

#include <string>

#include "integrations/telegram/read_objects.h"
#include "integrations/telegram/sender.h"
#include "tests/support/catch.h"

namespace picket::telegram {
namespace {

using Kind = Failure::Kind;

const std::string kToken = "123:canary-token";

Failure failure_of(int status, const std::string& body) {
  http::Response response;
  response.status = status;
  response.body = body;
  const auto answer = read_answer(response, kToken);
  REQUIRE_FALSE(answer);
  return answer.failure();
}

Failure refusal(int code, const std::string& description) {
  const http::Json body = {{"ok", false}, {"error_code", code}, {"description", description}};
  return failure_of(code, body.dump());
}

TEST_CASE("a fault is of the message, of its chat, of the bot, or passes") {
  CHECK(refusal(400, "Bad Request: can't parse entities: x").kind == Kind::kRefused);
  CHECK(refusal(400, "Bad Request: message is too long").kind == Kind::kRefused);
  CHECK(refusal(413, "Request Entity Too Large").kind == Kind::kRefused);
  CHECK(refusal(400, "Bad Request: chat not found").kind == Kind::kChat);
  CHECK(refusal(400, "Bad Request: not enough rights to send text messages to the chat").kind ==
        Kind::kChat);
  CHECK(refusal(403, "Forbidden: bot was blocked by the user").kind == Kind::kChat);
  CHECK(refusal(401, "Unauthorized").kind == Kind::kToken);
  CHECK(refusal(404, "Not Found").kind == Kind::kToken);
  CHECK(refusal(409, "Conflict: terminated by other getUpdates request").kind == Kind::kConflict);
  CHECK(refusal(500, "Internal Server Error").kind == Kind::kPassing);
  CHECK(refusal(400, "Bad Request: chat not found").why == "Telegram: Bad Request: chat not found");
}

TEST_CASE("how long to wait is what was asked for, within reason") {
  const auto wait = [](const std::string& number) {
    return failure_of(429, R"({"ok":false,"error_code":429,"description":"Too Many Requests",)"
                           R"("parameters":{"retry_after":)" +
                               number + "}}")
        .retry_after;
  };
  CHECK(wait("7") == Seconds(7));
  CHECK(wait("0.25") == Milliseconds(250));
  CHECK(wait("-1") == Milliseconds(0));
  CHECK(wait("\"7\"") == Milliseconds(0));
  CHECK(wait("1e300") == http::kWaitMax);
  CHECK(wait("18446744073709551615") == http::kWaitMax);
}

TEST_CASE("what isn't the API's own answer says nothing of a message, whatever its status") {
  const std::string deep(100'000, '[');
  for (const std::string& body :
       {std::string(), std::string("<html>403</html>"), std::string("{\"ok\":tru"),
        std::string("[]"), std::string("null"), std::string("{}"), std::string("{\"ok\":1}"),
        std::string("{\"ok\":false}"), std::string("{\"ok\":false,\"error_code\":\"400\"}"), deep,
        "{\"ok\":" + deep}) {
    for (const int status : {200, 302, 400, 403, 404, 413, 502}) {
      CHECK(failure_of(status, body).kind == Kind::kPassing);
    }
  }
  http::Response response;
  response.status = 503;
  response.headers["Retry-After"] = "9";
  CHECK(read_answer(response, kToken).failure().retry_after == Seconds(9));
  CHECK(read_answer(Error{"localhost: timed out"}, kToken).failure().why == "localhost: timed out");
}

TEST_CASE("a description is outside text, and has no token in it") {
  const std::string why =
      refusal(400, "bot123:canary-token \x1b[31m canary-token" + std::string(1000, 'x')).why;
  CHECK(why.find("canary") == std::string::npos);
  CHECK(why.find('\x1b') == std::string::npos);
  CHECK(why.size() < 400);
}

TEST_CASE("nothing is refused that a person can repair") {
  using Outcome = delivery::Outcome::Kind;
  const auto outcome = [](Kind kind) { return outcome_of({kind, Seconds(5), {}, "why"}); };
  CHECK(outcome(Kind::kRefused).kind == Outcome::kRefused);
  CHECK(outcome(Kind::kPassing).kind == Outcome::kLater);
  CHECK(outcome(Kind::kPassing).retry_after == Seconds(5));
  for (const Kind kind : {Kind::kChat, Kind::kToken}) {
    CHECK(outcome(kind).kind == Outcome::kLater);
    CHECK(outcome(kind).retry_after == kRepairRetry);
    CHECK(outcome(kind).why.starts_with("why: "));
  }
}

TEST_CASE("updates are read as far as they make sense, and none that has an id is lost") {
  const auto json = http::parse_json(R"([
    {"update_id":1,"message":{"message_id":5,"date":1800000000,"text":"/nodes",
      "from":{"id":7,"is_bot":false,"first_name":"A","username":"a"},
      "chat":{"id":-100123,"type":"supergroup","title":"ops"}}},
    {"update_id":2,"callback_query":{"id":"q","from":{"id":7},"data":"yes:1",
      "message":{"message_id":6,"chat":{"id":7,"type":"private"}}}},
    {"update_id":3,"message":{"message_id":"five","chat":[]}},
    {"update_id":4,"edited_message":{}},
    {"update_id":5,"message":{"message_id":8,"chat":{"id":1},"date":9e99,"text":[1]}},
    {"update_id":"6"}, 7, null])");
  REQUIRE(json);
  const auto updates = read_updates(*json);
  REQUIRE(updates.size() == 5);
  REQUIRE(updates[0].message);
  CHECK(updates[0].message->id == 5);
  CHECK(updates[0].message->chat.id == -100123);
  CHECK(updates[0].message->from->username == "a");
  CHECK(updates[0].message->at == from_unix_ns(1'800'000'000'000'000'000));
  CHECK(updates[0].message->text == "/nodes");
  REQUIRE(updates[1].callback_query);
  CHECK(updates[1].callback_query->data == "yes:1");
  CHECK(updates[1].callback_query->message->id == 6);
  CHECK(updates[2].id == 3);
  CHECK(!updates[2].message);
  CHECK(!updates[3].message);
  CHECK(updates[4].message->text.empty());
  CHECK(updates[4].message->at == WallTime());
  CHECK(read_updates(http::Json::object()).empty());
}

}  // namespace
}  // namespace picket::telegram
