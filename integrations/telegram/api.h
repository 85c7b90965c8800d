// Calls of Telegram's Bot API (core.telegram.org/bots/api), one method each. Texts are HTML, made
// by integrations/telegram/html_text.h; no link in them gets a preview.
//
// The token is part of every URL and of no failure's text.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/secret.h"
#include "integrations/http/client.h"
#include "integrations/telegram/answer.h"
#include "integrations/telegram/objects.h"

namespace picket::telegram {

inline constexpr const char* kApiUrl = "https://api.telegram.org";

/// Where, and how it is shown.
struct Place {
  std::int64_t chat_id = 0;
  std::optional<std::int64_t> thread_id;  // a topic of a supergroup
  std::optional<std::int64_t> reply_to;   // a message; if that is gone, it is no reply
  bool silent = false;
};

struct Document {
  std::string name;
  std::string content;
  std::string caption_html;  // at most 1024 units
};

/// "123456789:AA…" The error doesn't show it.
Status check_token(std::string_view token);

class Api {
 public:
  template <typename T>
  using Done = std::function<void(Answer<T>)>;
  using Id = http::Client::Id;

  /// `token` is one that check_token() takes. `client` outlives this.
  Api(http::Client& client, Secret token, std::string url = kApiUrl);

  /// Each `done` is called once, from the loop, unless the call is cancelled or the client ends.
  Id get_me(Done<User> done);
  Id send_message(const Place& place, const std::string& html, const Keyboard& keyboard,
                  Done<ChatMessage> done);
  /// An edit that changes nothing has been done. Without a keyboard the buttons go.
  Id edit_message_text(std::int64_t chat_id, std::int64_t message_id, const std::string& html,
                       const Keyboard& keyboard, Done<bool> done);
  Id send_document(const Place& place, Document document, Done<ChatMessage> done);
  /// Waits for one for `wait` at most. All before `offset` are told as seen, and never come again.
  Id get_updates(std::int64_t offset, std::chrono::seconds wait, Done<std::vector<Update>> done);
  /// `text` is plain, of at most 200 characters; `alert`: it has to be closed.
  Id answer_callback_query(const std::string& id, const std::string& text, bool alert,
                           Done<bool> done);
  Id set_my_commands(const std::vector<Command>& commands, Done<bool> done);

  void cancel(Id id) { client_.cancel(id); }

 private:
  Id call(const char* method, const http::Json& parameters, Done<http::Json> done,
          std::chrono::milliseconds timeout = limits::kHttpTimeout);
  Id send(const char* method, http::Request request, Done<http::Json> done);

  http::Client& client_;
  Secret token_;
  std::string url_;
};

}  // namespace picket::telegram
