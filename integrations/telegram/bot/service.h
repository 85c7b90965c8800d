// The bot on the loop: Telegram's updates in, the hub behind it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "integrations/bridge/companion.h"
#include "integrations/telegram/bot/api_chats.h"
#include "integrations/telegram/bot/core/bot.h"
#include "integrations/telegram/bot/poller.h"
#include "integrations/telegram/bot/run_file.h"

namespace picket::telegram::bot {

class HubPort final : public Hub {
 public:
  HubPort(asio::any_io_executor executor, client::HubClientSettings settings)
      : client_(std::move(executor), std::move(settings)) {}
  void ask(v1::ClientToHub request, client::Reply reply) override {
    client_.request(std::move(request), std::move(reply));
  }
  void close() { client_.close(); }

 private:
  client::HubClient client_;
};

class Service final : public bridge::Companion, public Observer, public Notices {
 public:
  /// `api` outlives this.
  Service(const bridge::CompanionParts& parts, Api& api, Settings settings);

  void start() override;
  void stop() override;
  std::string status() const override { return "bot: " + poller_.status(); }

  Status mute(std::int64_t chat_id, const delivery::MuteOrder& order,
              std::function<void(const Status& saved)> saved) override;
  Result<std::vector<delivery::MuteShown>> mutes(std::int64_t chat_id) override;
  void on_order(const OrderTold& order) override;
  void on_stranger(const User& user, std::int64_t chat_id, std::size_t left_out) override;
  void on_unsaid(std::int64_t chat_id, const std::string& why) override;
  void on_runs_not_saved(const std::string& why) override;

 private:
  bridge::ChannelMutes mutes_;
  HubPort hub_;
  ApiChats chats_;
  RunFile runs_;
  Bot bot_;
  Poller poller_;
};

}  // namespace picket::telegram::bot
