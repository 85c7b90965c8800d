// picket-telegram: without a verb it follows the hub and tells chats what is worth it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "common/cli_docs/print.h"
#include "common/decode.h"
#include "common/protocol.h"
#include "common/system_clock.h"
#include "integrations/bridge/command_line.h"
#include "integrations/bridge/secret_file.h"
#include "integrations/http/client.h"
#include "integrations/telegram/bot/service.h"
#include "integrations/telegram/config.h"
#include "integrations/telegram/sender.h"

namespace telegram = picket::telegram;
namespace bridge = picket::bridge;

namespace {

constexpr auto kPrivateInterval = std::chrono::seconds(1);
constexpr auto kGroupInterval = std::chrono::seconds(3);  // 20 a minute

/// All that the senders stand on.
struct Reached {
  picket::SystemClock clock;
  std::unique_ptr<picket::http::Client> client;
  std::unique_ptr<telegram::Api> api;
};

picket::Result<std::vector<bridge::Channel>> make_channels(const telegram::TelegramConfig& config,
                                                           Reached& reached,
                                                           const asio::any_io_executor& loop) {
  if (config.chats.empty() && config.bot.users.empty())
    return picket::Error{"nobody to tell: set chats in the configuration, or users"};
  auto token = bridge::read_secret(config.token_file, std::string(telegram::kTokenCredential));
  if (!token) return picket::Error{"token_file: " + token.error()};
  if (auto fits = telegram::check_token(token->reveal()); !fits)
    return picket::Error{"token_file: " + fits.error()};
  reached.client = std::make_unique<picket::http::Client>(
      loop, picket::http::Options{.ca_file = config.ca_file});
  reached.api = std::make_unique<telegram::Api>(*reached.client, *std::move(token), config.api_url);
  std::vector<bridge::Channel> channels;
  for (const telegram::Recipient& chat : config.chats) {
    if (std::ranges::count(config.chats, chat) > 1)
      return picket::Error{"chats: " + to_string(chat) + " is there twice"};
    telegram::Place place{
        .chat_id = chat.id, .thread_id = {}, .reply_to = {}, .silent = config.silent};
    if (chat.thread_id != 0) place.thread_id = chat.thread_id;
    std::string name = to_string(chat);
    for (char& c : name) c = c == '/' ? '.' : c;
    channels.push_back(
        {.name = std::move(name),
         .sender = std::make_unique<telegram::Sender>(*reached.api, reached.clock, place),
         .interval = chat.id < 0 ? kGroupInterval : kPrivateInterval,
         .rules = config.common.rules});
  }
  return channels;
}

std::unique_ptr<bridge::Companion> make_bot(const telegram::TelegramConfig& config,
                                            Reached& reached, const bridge::CompanionParts& parts) {
  if (config.bot.users.empty()) return nullptr;
  return std::make_unique<telegram::bot::Service>(parts, *reached.api, config.bot);
}

// That the token is a bot's, and whose: a message wouldn't say either, and without chats there is
// none.
bridge::TryCompanion try_bot(const telegram::TelegramConfig& config, Reached& reached) {
  if (config.bot.users.empty()) return nullptr;
  return [&](auto done) {
    const std::size_t users = config.bot.users.size();
    reached.api->get_me([users, done](const telegram::Answer<telegram::User>& me) {
      if (!me) return done(picket::Error{"bot: " + me.failure().why});
      done("bot: the token is that of @" + me->username + ", to which " + std::to_string(users) +
           (users == 1 ? " user may write" : " users may write"));
    });
  };
}

}  // namespace

int main(int argc, char* argv[]) {
  picket::silence_protobuf();
  CLI::App app(
      "picket-telegram: tells Telegram chats what happens on your servers.\n"
      "Without a verb it runs in the foreground until SIGTERM or Ctrl-C.",
      "picket-telegram");
  bridge::CommandLine line(app, std::string(telegram::kConfigPath));
  picket::cli_docs::add_printing(
      app, {.program = "picket-telegram",
            .version = std::string(picket::protocol::kProgramVersion),
            .section = 8,
            .summary = "tell Telegram chats what happens on servers",
            .files = {{"/etc/picket/telegram.toml", "the configuration"},
                      {"/var/lib/picket-telegram",
                       "how far each chat was told, what it is quiet about, what runs"}},
            .exit_codes = bridge::exit_codes(),
            .see_also = {"picket(1)", "picket-hub(8)", "picket-discord(8)"}});
  if (const auto status = line.parse(argc, argv)) return *status;
  auto config = line.load<telegram::TelegramConfig>();
  if (!config) return 2;
  Reached reached;
  return line.run(
      {.name = "picket-telegram",
       .common = config->common,
       .make_channels =
           [&](const asio::any_io_executor& loop) { return make_channels(*config, reached, loop); },
       .make_companion =
           [&](const bridge::CompanionParts& parts) { return make_bot(*config, reached, parts); },
       .try_companion = try_bot(*config, reached),
       .release =
           [&] {
             reached.api.reset();
             reached.client.reset();
           }},
      bridge::effective(*config));
}
