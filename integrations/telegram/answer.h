// What Telegram's Bot API answers, whatever was asked: {"ok":true,"result":…}, or why not. A
// description is for people and may change; what it decides here is only whether a fault is of one
// message or of all for that chat.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/clock.h"
#include "common/result.h"
#include "integrations/http/answer_json.h"
#include "integrations/http/message.h"

namespace picket::telegram {

struct Failure {
  enum class Kind {
    kPassing,   // not reached, no sense in it, too fast, out of order: again later
    kRefused,   // this request, however often it is made
    kChat,      // the chat: not found, the bot was blocked or removed, or may not write there
    kToken,     // there is no such bot (any more)
    kConflict,  // another program asks for the same bot's updates, or has set a webhook
  };
  Kind kind = Kind::kPassing;
  Milliseconds retry_after{};               // 0: not said
  std::optional<std::int64_t> migrated_to;  // the chat's new id: a group became a supergroup
  std::string why;                          // for a person; holds no secret
};

template <typename T>
class [[nodiscard]] Answer {
 public:
  Answer(T value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Answer(Failure failure)                        // NOLINT(google-explicit-constructor)
      : failure_(std::move(failure)) {}

  explicit operator bool() const { return value_.has_value(); }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return *std::move(value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }
  const Failure& failure() const { return failure_; }

 private:
  std::optional<T> value_;
  Failure failure_;
};

/// The `result`. `token` is kept out of the failure's words.
Answer<http::Json> read_answer(const Result<http::Response>& response, std::string_view token);

}  // namespace picket::telegram
