// Sends messages of the delivery to one webhook of Discord's, or of a server that takes the same.
// Goes no faster than the webhook's bucket allows: with nothing left in it the next message waits.
//
// The URL is the secret: whoever knows it can post there. No outcome's words have any of it.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "common/result.h"
#include "common/secret.h"
#include "integrations/delivery/sender.h"
#include "integrations/discord/message_embeds.h"
#include "integrations/http/client.h"

namespace picket::discord {

/// "https://discord.com/api/webhooks/ID/TOKEN", with "?thread_id=…" or not. The error doesn't show
/// it.
Status check_webhook_url(std::string_view url);

class Webhook : public delivery::Sender {
 public:
  /// `url` is one that check_webhook_url() takes. `client` outlives this.
  Webhook(const asio::any_io_executor& executor, http::Client& client, Secret url,
          Beside beside = {});
  Webhook(const Webhook&) = delete;
  Webhook& operator=(const Webhook&) = delete;
  ~Webhook() override;

  void send(const delivery::Message& message,
            std::function<void(delivery::Outcome outcome)> done) override;

 private:
  void post(std::string body);
  void on_answer(const Result<http::Response>& response);
  std::string url_waiting() const;

  http::Client& client_;
  Secret url_;
  Beside beside_;
  asio::steady_timer may_go_on_;  // its expiry: from when on the bucket has something again
  std::function<void(delivery::Outcome outcome)> done_;  // while a message is under way
  std::optional<http::Client::Id> under_way_;
  std::shared_ptr<const bool> here_ = std::make_shared<const bool>(true);  // ends with this
};

}  // namespace picket::discord
