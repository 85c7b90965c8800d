#include "integrations/telegram/api.h"

#include <memory>
#include <utility>

#include "integrations/telegram/read_objects.h"

namespace picket::telegram {
namespace {

using http::Json;

// Beside what the server waits by itself, for the way there and back.
// Of one answer: anybody may write to a bot, and all of them together have to be below what is
// taken as an answer (a message may be 50 KiB of JSON, and what it replies to as much).
constexpr int kUpdatesMax = 20;
constexpr std::chrono::seconds kPollMargin{10};

Json keyboard_of(const Keyboard& keyboard) {
  Json rows = Json::array();
  for (const auto& row : keyboard) {
    Json buttons = Json::array();
    for (const Button& button : row) {
      buttons.push_back({{"text", button.text}, {"callback_data", button.data}});
    }
    rows.push_back(std::move(buttons));
  }
  return {{"inline_keyboard", std::move(rows)}};
}

Json reply_to(std::int64_t message_id) {
  return {{"message_id", message_id}, {"allow_sending_without_reply", true}};
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json text_of_message(const std::string& html) {
  return {
      {"text", html}, {"parse_mode", "HTML"}, {"link_preview_options", {{"is_disabled", true}}}};
}

Failure no_object(const char* what) {
  return {Failure::Kind::kPassing, {}, {}, std::string("Telegram: an answer without ") + what};
}

/// Hands on what `read` makes of a result.
template <typename T, typename Read>
Api::Done<Json> reading(Api::Done<T> done, Read read, const char* what) {
  return [done = std::move(done), read, what](Answer<Json> answer) {
    if (!answer) return done(answer.failure());
    std::optional<T> value = read(*answer);
    if (!value) return done(no_object(what));
    done(*std::move(value));
  };
}

Api::Done<Json> reading_message(Api::Done<ChatMessage> done) {
  return reading<ChatMessage>(std::move(done), read_message, "a message");
}

Api::Done<Json> reading_nothing(Api::Done<bool> done) {
  return [done = std::move(done)](Answer<Json> answer) {
    if (!answer) return done(answer.failure());
    done(true);
  };
}

std::vector<std::pair<std::string, std::string>> form_of(const Place& place) {
  std::vector<std::pair<std::string, std::string>> form{{"chat_id", std::to_string(place.chat_id)}};
  if (place.thread_id) form.emplace_back("message_thread_id", std::to_string(*place.thread_id));
  if (place.reply_to) form.emplace_back("reply_parameters", dump(reply_to(*place.reply_to)));
  if (place.silent) form.emplace_back("disable_notification", "true");
  return form;
}

}  // namespace

Status check_token(std::string_view token) {
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  const std::size_t colon = token.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == token.size() ||
      token.substr(0, colon).find_first_not_of(kDigits) != std::string_view::npos ||
      token.substr(colon + 1).find_first_not_of(kLetters) != std::string_view::npos) {
    return Error{"a bot's token is a number, a colon, and letters, digits, _ and -"};
  }
  return {};
}

Api::Api(http::Client& client, Secret token, std::string url)
    : client_(client), token_(std::move(token)), url_(std::move(url)) {
  while (url_.ends_with('/')) url_.pop_back();
}

Api::Id Api::get_me(Done<User> done) {
  return call("getMe", Json::object(), reading<User>(std::move(done), read_user, "a user"));
}

Api::Id Api::send_message(const Place& place, const std::string& html, const Keyboard& keyboard,
                          Done<ChatMessage> done) {
  Json parameters = text_of_message(html);
  parameters["chat_id"] = place.chat_id;
  if (place.thread_id) parameters["message_thread_id"] = *place.thread_id;
  if (place.reply_to) parameters["reply_parameters"] = reply_to(*place.reply_to);
  if (place.silent) parameters["disable_notification"] = true;
  if (!keyboard.empty()) parameters["reply_markup"] = keyboard_of(keyboard);
  return call("sendMessage", parameters, reading_message(std::move(done)));
}

Api::Id Api::edit_message_text(std::int64_t chat_id, std::int64_t message_id,
                               const std::string& html, const Keyboard& keyboard, Done<bool> done) {
  Json parameters = text_of_message(html);
  parameters["chat_id"] = chat_id;
  parameters["message_id"] = message_id;
  if (!keyboard.empty()) parameters["reply_markup"] = keyboard_of(keyboard);
  return call("editMessageText", parameters, [done = std::move(done)](Answer<Json> answer) {
    const bool is_same =
        !answer && answer.failure().why.find("message is not modified") != std::string::npos;
    if (answer || is_same) return done(true);
    done(answer.failure());
  });
}

Api::Id Api::send_document(const Place& place, Document document, Done<ChatMessage> done) {
  http::Request request;
  request.form = form_of(place);
  if (!document.caption_html.empty()) {
    request.form.emplace_back("caption", std::move(document.caption_html));
    request.form.emplace_back("parse_mode", "HTML");
  }
  request.file = http::File{"document", std::move(document.name), "text/plain; charset=utf-8",
                            std::move(document.content)};
  return send("sendDocument", std::move(request), reading_message(std::move(done)));
}

Api::Id Api::get_updates(std::int64_t offset, std::chrono::seconds wait,
                         Done<std::vector<Update>> done) {
  const Json parameters = {{"offset", offset},
                           {"limit", kUpdatesMax},
                           {"timeout", wait.count()},
                           {"allowed_updates", {"message", "callback_query"}}};
  const auto read = [](const Json& json) -> std::optional<std::vector<Update>> {
    if (!json.is_array()) return std::nullopt;
    return read_updates(json);
  };
  return call("getUpdates", parameters,
              reading<std::vector<Update>>(std::move(done), read, "updates"), wait + kPollMargin);
}

Api::Id Api::answer_callback_query(const std::string& id, const std::string& text, bool alert,
                                   Done<bool> done) {
  Json parameters = {{"callback_query_id", id}};
  if (!text.empty()) parameters["text"] = text;
  if (alert) parameters["show_alert"] = true;
  return call("answerCallbackQuery", parameters, reading_nothing(std::move(done)));
}

Api::Id Api::set_my_commands(const std::vector<Command>& commands, Done<bool> done) {
  Json list = Json::array();
  for (const Command& one : commands) {
    list.push_back({{"command", one.name}, {"description", one.description}});
  }
  return call("setMyCommands", {{"commands", std::move(list)}}, reading_nothing(std::move(done)));
}

Api::Id Api::call(const char* method, const Json& parameters, Done<Json> done,
                  std::chrono::milliseconds timeout) {
  http::Request request;
  request.content_type = "application/json";
  request.body = dump(parameters);
  request.timeout = timeout;
  return send(method, std::move(request), std::move(done));
}

Api::Id Api::send(const char* method, http::Request request, Done<Json> done) {
  request.method = "POST";
  request.url = url_ + "/bot" + std::string(token_.reveal()) + "/" + method;
  // The token is there as long as an answer may come, also if this is not.
  auto token = std::make_shared<Secret>(token_.reveal());
  return client_.send(std::move(request), [done = std::move(done), token](auto response) {
    done(read_answer(response, token->reveal()));
  });
}

}  // namespace picket::telegram
