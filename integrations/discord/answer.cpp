#include "integrations/discord/answer.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "integrations/http/answer_json.h"

namespace picket::discord {
namespace {

using delivery::Outcome;
using http::Json;
using http::member;
using Kind = Outcome::Kind;

// Codes of 400 that say something of the webhook's channel or thread, whatever the message: a forum
// that needs a thread, a thread that is archived or locked.
constexpr std::array<std::int64_t, 5> kOfTheChannel{220001, 220002, 220003, 50083, 160005};

constexpr int kPathDepthMax = 8;
constexpr std::size_t kErrorsNamedMax = 3;

Outcome later(std::string why, Milliseconds retry_after = {}) {
  return {Kind::kLater, retry_after, "Discord: " + std::move(why)};
}

/// {"embeds":{"0":{"description":{"_errors":[{"message":"…"}]}}}} is "embeds.0.description: …".
void collect_errors(const Json& at, const std::string& path, int depth,
                    std::vector<std::string>& found) {
  const Json& errors = member(at, "_errors");
  if (errors.is_array() && !errors.empty()) {
    found.push_back(path + ": " + http::text_of(member(errors[0], "message")));
  }
  if (!at.is_object() || depth >= kPathDepthMax) return;
  for (const auto& [name, inner] : at.items()) {
    if (found.size() >= kErrorsNamedMax) return;
    if (name == "_errors") continue;
    std::string inner_path = path;
    if (!path.empty()) inner_path += '.';
    inner_path += name;
    collect_errors(inner, inner_path, depth + 1, found);
  }
}

std::string words_of_error(const Json& body, const std::vector<std::string_view>& secrets) {
  std::string words = http::text_of(member(body, "message"));
  std::vector<std::string> errors;
  collect_errors(member(body, "errors"), "", 0, errors);
  for (std::size_t i = 0; i < errors.size(); ++i) words += (i == 0 ? " (" : "; ") + errors[i];
  if (!errors.empty()) words += ")";
  return http::words_of(words, secrets);
}

/// {"message":"Invalid Form Body","code":50035} is Discord's; a page of a proxy's is not.
bool is_discord_error(const std::optional<Json>& body) {
  return body && member(*body, "code").is_number_integer() && member(*body, "message").is_string();
}

Milliseconds retry_after(const std::optional<Json>& body, const http::Response& response) {
  const auto in_body = body ? http::seconds_of(member(*body, "retry_after")) : std::nullopt;
  const auto in_header = http::seconds_of(response.header("Retry-After"));
  return in_body.value_or(in_header.value_or(pause_of(response)));
}

std::string not_discord(const http::Response& response) {
  return "an answer that isn't its API's, status " + std::to_string(response.status);
}

Outcome accepted(const http::Response& response, const std::optional<Json>& body) {
  // 204: a server that doesn't wait for the message. With anything else it may not be there.
  const bool has_id = body && member(*body, "id").is_string();
  if (response.status == 204 || has_id) return {};
  return later(not_discord(response));
}

Outcome of_status(const http::Response& response, const std::optional<Json>& body,
                  const std::vector<std::string_view>& secrets) {
  if (response.status == 429) {
    const bool global = body && member(*body, "global") == Json(true);
    return later(global ? "too many requests of this address" : "too many requests",
                 retry_after(body, response));
  }
  if (!is_discord_error(body)) return later(not_discord(response), retry_after({}, response));
  const std::string words = words_of_error(*body, secrets);
  const std::int64_t code = http::integer_of(member(*body, "code")).value_or(0);
  if (std::ranges::find(kOfTheChannel, code) != kOfTheChannel.end()) {
    return later(words + ": nothing can be posted by that webhook", kRepairRetry);
  }
  switch (response.status) {
    case 400:
    case 413: return {Kind::kRefused, {}, "Discord: " + words};
    case 401:
    case 403:
    case 404: return later(words + ": the webhook is gone, or its URL isn't right", kRepairRetry);
    default: return later(words, retry_after(body, response));
  }
}

}  // namespace

Outcome outcome_of(const Result<http::Response>& response,
                   const std::vector<std::string_view>& secrets) {
  if (!response) return {Kind::kLater, {}, response.error()};
  const std::optional<Json> body = http::parse_json(response->body);
  if (response->status >= 200 && response->status < 300) return accepted(*response, body);
  return of_status(*response, body, secrets);
}

Milliseconds pause_of(const http::Response& response) {
  if (response.header("X-RateLimit-Remaining") != "0") return Milliseconds(0);
  return http::seconds_of(response.header("X-RateLimit-Reset-After")).value_or(Milliseconds(0));
}

}  // namespace picket::discord
