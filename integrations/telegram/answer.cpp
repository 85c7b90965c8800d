#include "integrations/telegram/answer.h"

#include <algorithm>
#include <array>

namespace picket::telegram {
namespace {

using http::Json;
using http::member;
using Kind = Failure::Kind;

// Of the descriptions of 400: with these no text at all can be sent to that chat.
constexpr std::array<std::string_view, 13> kOfTheChat{"chat not found",
                                                      "user not found",
                                                      "PEER_ID_INVALID",
                                                      "CHAT_WRITE_FORBIDDEN",
                                                      "CHAT_RESTRICTED",
                                                      "CHAT_ADMIN_REQUIRED",
                                                      "not enough rights",
                                                      "have no rights",
                                                      "need administrator rights",
                                                      "message thread not found",
                                                      "TOPIC_CLOSED",
                                                      "was upgraded to a supergroup",
                                                      "group chat was deactivated"};

bool is_of_the_chat(std::string_view description) {
  return std::ranges::any_of(kOfTheChat, [&](std::string_view words) {
    return description.find(words) != std::string_view::npos;
  });
}

Kind kind_of(std::int64_t code, std::string_view description) {
  switch (code) {
    case 400: return is_of_the_chat(description) ? Kind::kChat : Kind::kRefused;
    case 401:
    case 404: return Kind::kToken;
    case 403: return Kind::kChat;
    case 409: return Kind::kConflict;
    case 413: return Kind::kRefused;
    default: return Kind::kPassing;
  }
}

Failure passing(std::string why) { return {Kind::kPassing, {}, {}, std::move(why)}; }

/// Only Telegram's own words count. A page of a proxy's, whatever its status, says nothing about a
/// message.
Failure no_sense(const http::Response& response) {
  Failure failure = passing("Telegram: an answer that isn't the Bot API's, status " +
                            std::to_string(response.status));
  failure.retry_after = http::seconds_of(response.header("Retry-After")).value_or(Milliseconds(0));
  return failure;
}

Failure read_failure(const Json& body, const http::Response& response, std::string_view token) {
  const auto code = http::integer_of(member(body, "error_code"));
  const std::string description = http::text_of(member(body, "description"));
  if (!code) return no_sense(response);
  const Json& parameters = member(body, "parameters");
  Failure failure;
  failure.kind = kind_of(*code, description);
  failure.retry_after =
      http::seconds_of(member(parameters, "retry_after"))
          .value_or(http::seconds_of(response.header("Retry-After")).value_or(Milliseconds(0)));
  failure.migrated_to = http::integer_of(member(parameters, "migrate_to_chat_id"));
  if (failure.migrated_to) failure.kind = Kind::kChat;
  const std::string_view secret = token.substr(std::min(token.find(':') + 1, token.size()));
  failure.why = "Telegram: " + (description.empty() ? "error " + std::to_string(*code)
                                                    : http::words_of(description, {token, secret}));
  return failure;
}

}  // namespace

Answer<Json> read_answer(const Result<http::Response>& response, std::string_view token) {
  if (!response) return passing(response.error());
  const std::optional<Json> body = http::parse_json(response->body);
  if (!body) return no_sense(*response);
  const Json& ok = member(*body, "ok");
  if (!ok.is_boolean()) return no_sense(*response);
  if (!ok.get<bool>()) return read_failure(*body, *response, token);
  return member(*body, "result");
}

}  // namespace picket::telegram
