#include "integrations/discord/webhook.h"

#include <cassert>
#include <utility>
#include <vector>

#include "integrations/discord/answer.h"

namespace picket::discord {
namespace {

constexpr std::string_view kScheme = "https://";

/// What must not be told: all of it, its path, and the path's last part, the token.
std::vector<std::string_view> secrets_of(std::string_view url) {
  std::vector<std::string_view> secrets{url};
  const std::string_view address = url.substr(0, url.find('?'));
  const std::size_t path = address.find('/', kScheme.size());
  if (path == std::string_view::npos) return secrets;
  secrets.push_back(address.substr(path));
  const std::string_view token = address.substr(address.rfind('/') + 1);
  if (!token.empty()) secrets.push_back(token);
  return secrets;
}

}  // namespace

Status check_webhook_url(std::string_view url) {
  const Error error{"a webhook's URL is https://discord.com/api/webhooks/ and two parts more"};
  if (!url.starts_with(kScheme)) return error;
  for (const char c : url) {
    if (c <= ' ' || c > '~' || c == '#' || c == '\\' || c == '"') return error;
  }
  const std::string_view address = url.substr(0, url.find('?'));
  const std::size_t path = address.find('/', kScheme.size());
  const bool has_host = path != std::string_view::npos && path > kScheme.size();
  const bool has_user = address.substr(0, path).find('@') != std::string_view::npos;
  if (!has_host || has_user || address.ends_with('/')) return error;
  return {};
}

Webhook::Webhook(const asio::any_io_executor& executor, http::Client& client, Secret url,
                 Beside beside)
    : client_(client),
      url_(std::move(url)),
      beside_(std::move(beside)),
      may_go_on_(executor, asio::steady_timer::clock_type::now()) {}

Webhook::~Webhook() {
  if (under_way_) client_.cancel(*under_way_);
}

void Webhook::send(const delivery::Message& message,
                   std::function<void(delivery::Outcome outcome)> done) {
  assert(!done_);
  done_ = std::move(done);
  std::string body =
      to_json(message, beside_).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  may_go_on_.async_wait(
      [this, here = std::weak_ptr(here_), body = std::move(body)](const asio::error_code&) mutable {
        if (!here.expired()) post(std::move(body));
      });
}

/// With "wait" the answer comes when the message is there, and not before.
std::string Webhook::url_waiting() const {
  const std::string_view url = url_.reveal();
  return std::string(url) + (url.find('?') == std::string_view::npos ? "?" : "&") + "wait=true";
}

void Webhook::post(std::string body) {
  http::Request request;
  request.method = "POST";
  request.url = url_waiting();
  request.content_type = "application/json";
  request.body = std::move(body);
  under_way_ = client_.send(
      std::move(request), [this](const Result<http::Response>& response) { on_answer(response); });
}

void Webhook::on_answer(const Result<http::Response>& response) {
  under_way_.reset();
  const Milliseconds pause = response ? pause_of(*response) : Milliseconds(0);
  may_go_on_.expires_after(pause);
  const auto done = std::exchange(done_, nullptr);
  done(outcome_of(response, secrets_of(url_.reveal())));
}

}  // namespace picket::discord
