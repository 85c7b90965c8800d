#include "integrations/discord/answer.h"

#include <string>

#include "integrations/http/answer_json.h"
#include "tests/support/catch.h"

namespace picket::discord {
namespace {

using Kind = delivery::Outcome::Kind;

delivery::Outcome outcome(int status, const std::string& body) {
  http::Response response;
  response.status = status;
  response.body = body;
  return outcome_of(response, {"canary-token"});
}

TEST_CASE("what is there for good is accepted, nothing else") {
  CHECK(outcome(200, R"({"id":"1"})").kind == Kind::kAccepted);
  CHECK(outcome(204, "").kind == Kind::kAccepted);
  CHECK(outcome(200, "").kind == Kind::kLater);
  CHECK(outcome(200, "<html>hello</html>").kind == Kind::kLater);
  CHECK(outcome(302, "").kind == Kind::kLater);
  CHECK(outcome(502, "").kind == Kind::kLater);
  CHECK(outcome_of(Error{"localhost: timed out"}, {}).why == "localhost: timed out");
}

TEST_CASE("a refusal says where and why") {
  const auto refused = outcome(400, R"({"message":"Invalid Form Body","code":50035,"errors":
    {"embeds":{"0":{"description":{"_errors":[{"code":"X","message":"Must be 4096 or fewer."}]},
                    "title":{"_errors":[{"code":"Y","message":"canary-token"}]}}}}})");
  CHECK(refused.kind == Kind::kRefused);
  CHECK(refused.why ==
        "Discord: Invalid Form Body (embeds.0.description: Must be 4096 or fewer.; "
        "embeds.0.title: …)");
  CHECK(outcome(413, R"({"message":"Request entity too large","code":40005})").kind ==
        Kind::kRefused);
}

TEST_CASE("a refusal that isn't Discord's says nothing of the message") {
  for (const int status : {400, 403, 404, 413}) {
    CHECK(outcome(status, "<html>proxy</html>").kind == Kind::kLater);
    CHECK(outcome(status, "{}").kind == Kind::kLater);
  }
}

TEST_CASE("an answer that the webhook is gone is no refusal of the message") {
  for (const int status : {401, 403, 404}) {
    const auto gone = outcome(status, R"({"message":"Unknown Webhook","code":10015})");
    CHECK(gone.kind == Kind::kLater);
    CHECK(gone.retry_after == kRepairRetry);
    CHECK(gone.why.find("Unknown Webhook") != std::string::npos);
  }
  const auto forum = outcome(400, R"({"message":"Webhooks posted to forum channels must have a )"
                                  R"(thread_name or thread_id","code":220001})");
  CHECK(forum.kind == Kind::kLater);
  CHECK(forum.retry_after == kRepairRetry);
}

TEST_CASE("how long to wait is what was asked for, within reason") {
  http::Response response;
  response.status = 429;
  response.body = R"({"message":"You are being rate limited.","retry_after":1.25,"global":true})";
  CHECK(outcome_of(response, {}).retry_after == Milliseconds(1250));
  CHECK(outcome_of(response, {}).why.find("address") != std::string::npos);
  response.body = "nonsense";
  CHECK(outcome_of(response, {}).retry_after == Milliseconds(0));
  response.headers["X-RateLimit-Remaining"] = "0";
  response.headers["X-RateLimit-Reset-After"] = "0.5";
  CHECK(outcome_of(response, {}).retry_after == Milliseconds(500));
  response.headers["Retry-After"] = "3";
  CHECK(outcome_of(response, {}).retry_after == Seconds(3));
  for (const char* bad : {"-1", "nan", "x", "", "1x"}) {
    response.headers["X-RateLimit-Reset-After"] = bad;
    CHECK(pause_of(response) == Milliseconds(0));
  }
  response.headers["X-RateLimit-Reset-After"] = "inf";
  CHECK(pause_of(response) == http::kWaitMax);
  response.headers["X-RateLimit-Remaining"] = "1";
  CHECK(pause_of(response) == Milliseconds(0));
}

}  // namespace
}  // namespace picket::discord
