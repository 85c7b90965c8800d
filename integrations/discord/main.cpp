// picket-discord: without a verb it follows the hub and tells webhooks what is worth it.
#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>

#include "common/cli_docs/print.h"
#include "common/decode.h"
#include "common/protocol.h"
#include "integrations/bridge/command_line.h"
#include "integrations/bridge/secret_file.h"
#include "integrations/discord/config.h"
#include "integrations/discord/webhook.h"
#include "integrations/http/client.h"

namespace discord = picket::discord;
namespace bridge = picket::bridge;

namespace {

constexpr auto kInterval = std::chrono::seconds(2);  // 30 a minute of one channel

picket::Result<std::vector<bridge::Channel>> make_channels(
    const discord::DiscordConfig& config, std::unique_ptr<picket::http::Client>& client,
    const asio::any_io_executor& loop) {
  if (config.webhooks.empty())
    return picket::Error{"no webhook to tell: write a section [webhooks.NAME]"};
  client = std::make_unique<picket::http::Client>(loop,
                                                  picket::http::Options{.ca_file = config.ca_file});
  std::vector<bridge::Channel> channels;
  for (const discord::WebhookConfig& webhook : config.webhooks) {
    const std::string where = "webhooks." + webhook.name + ".url_file: ";
    auto url = bridge::read_secret(webhook.url_file, "discord-" + webhook.name);
    if (!url) return picket::Error{where + url.error()};
    if (auto fits = discord::check_webhook_url(url->reveal()); !fits)
      return picket::Error{where + fits.error()};
    channels.push_back({.name = webhook.name,
                        .sender = std::make_unique<discord::Webhook>(loop, *client, *std::move(url),
                                                                     webhook.beside),
                        .interval = kInterval,
                        .rules = rules_of(config, webhook)});
  }
  return channels;
}

}  // namespace

int main(int argc, char* argv[]) {
  picket::silence_protobuf();
  CLI::App app(
      "picket-discord: tells Discord channels what happens on your servers.\n"
      "Without a verb it runs in the foreground until SIGTERM or Ctrl-C.",
      "picket-discord");
  bridge::CommandLine line(app, std::string(discord::kConfigPath));
  picket::cli_docs::add_printing(
      app, {.program = "picket-discord",
            .version = std::string(picket::protocol::kProgramVersion),
            .section = 8,
            .summary = "tell Discord channels what happens on servers",
            .files = {{"/etc/picket/discord.toml", "the configuration"},
                      {"/var/lib/picket-discord", "how far each webhook was told"}},
            .exit_codes = bridge::exit_codes(),
            .see_also = {"picket(1)", "picket-hub(8)", "picket-telegram(8)"}});
  if (const auto status = line.parse(argc, argv)) return *status;
  auto config = line.load<discord::DiscordConfig>();
  if (!config) return 2;
  std::vector<std::pair<std::string, picket::delivery::RuleBook>> own_rules;
  for (const auto& webhook : config->webhooks)
    own_rules.emplace_back(webhook.name, rules_of(*config, webhook));
  std::unique_ptr<picket::http::Client> client;
  return line.run(
      {.name = "picket-discord",
       .common = config->common,
       .make_channels =
           [&](const asio::any_io_executor& loop) { return make_channels(*config, client, loop); },
       .own_rules = std::move(own_rules),
       .release = [&] { client.reset(); }},
      bridge::effective(*config));
}
