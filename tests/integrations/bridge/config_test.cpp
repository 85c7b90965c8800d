// Configurations of the bridges: examples that are kept, and what is wrong in a file.
#include <fstream>
#include <map>

#include "integrations/bridge/secret_file.h"
#include "integrations/discord/config.h"
#include "integrations/telegram/config.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/trusted_folder.h"

namespace picket {
namespace {

template <typename Config>
config::Loaded<Config> load(const std::string& text) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "bridge.toml";
  std::ofstream(path) << text;
  auto loaded = bridge::load<Config>({.path = path, .given = true, .log_level = {}});
  for (auto& error : loaded.errors) error.erase(0, error.find("bridge.toml"));
  return loaded;
}

template <typename Config>
std::string example() {
  Config config;
  return describe(config).example() + bridge::example_rules();
}

}  // namespace

TEST_CASE("the example configurations of the bridges are made of their descriptions") {
  const std::string telegram = example<telegram::TelegramConfig>();
  CHECK(telegram == test::golden("deploy/examples/telegram.toml", telegram));
  CHECK(load<telegram::TelegramConfig>(telegram).errors.empty());
  const std::string discord = example<discord::DiscordConfig>();
  CHECK(discord == test::golden("deploy/examples/discord.toml", discord));
  CHECK(load<discord::DiscordConfig>(discord).errors.empty());
}

TEST_CASE("telegram.toml: chats are numbers, with a topic if there is one") {
  const auto good =
      load<telegram::TelegramConfig>("chats = [\"7\", \"-1001234567890\", \"-1001234567890/5\"]\n");
  REQUIRE(good.errors.empty());
  CHECK(good.config.chats ==
        std::vector<telegram::Recipient>{{7, 0}, {-1001234567890, 0}, {-1001234567890, 5}});
  for (const char* bad : {"", "0", "@name", "7/", "7/x", "7/-1", "12345678901234567890", " 7"}) {
    INFO(bad);
    const auto loaded = load<telegram::TelegramConfig>("chats = [\"" + std::string(bad) + "\"]\n");
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].starts_with("bridge.toml:1: chats: expected a chat's number"));
  }
}

TEST_CASE("telegram.toml: users have numbers and roles, and commands are a second allowlist") {
  const auto good = load<telegram::TelegramConfig>(
      "commands = [\"uptime\", \"restart-*\"]\n[users]\n7 = \"run\"\n8 = \"observe\"\n");
  REQUIRE(good.errors.empty());
  CHECK(good.config.bot.users ==
        std::map<int64_t, telegram::bot::Role>{{7, telegram::bot::Role::kRun},
                                               {8, telegram::bot::Role::kObserve}});
  CHECK(good.config.bot.commands.size() == 2);
  for (const char* bad : {"alice = \"run\"", "-5 = \"run\"", "7 = \"admin\"", "7 = true"}) {
    INFO(bad);
    const auto loaded = load<telegram::TelegramConfig>("[users]\n" + std::string(bad) + "\n");
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].find("expected a user's number and a role") != std::string::npos);
  }
  CHECK(load<telegram::TelegramConfig>("users = 7\n").errors.size() == 1);
}

TEST_CASE("what is wrong in a bridge's file is said with its line") {
  const auto loaded = load<telegram::TelegramConfig>(
      "token_fil = \"x\"\ntime_zone = \"Europe/Nowhere\"\napi_url = \"http://x\"\n[rules.a]\nuser "
      "= "
      "[]\n");
  REQUIRE(loaded.errors.size() == 4);
  CHECK(loaded.errors[0] == "bridge.toml:1: token_fil: unknown key, did you mean \"token_file\"?");
  CHECK(loaded.errors[1].starts_with("bridge.toml:2: time_zone: expected a time zone"));
  CHECK(loaded.errors[2].starts_with("bridge.toml:3: api_url: expected an address"));
  CHECK(loaded.errors[3].starts_with("bridge.toml:5: rules.a.user: unknown key"));
}

TEST_CASE("discord.toml: each webhook has its own of the rules, and the others still decide") {
  const auto loaded = load<discord::DiscordConfig>(
      "[rules.quiet]\nkinds = [\"ssh.*\"]\n[rules.rest]\n"
      "[webhooks.ops]\nurl_file = \"/etc/picket/ops.url\"\nrules = [\"rest\"]\n"
      "[webhooks.all]\nurl_file = \"/etc/picket/all.url\"\n");
  REQUIRE(loaded.errors.empty());
  REQUIRE(loaded.config.webhooks.size() == 2);
  const auto& ops = loaded.config.webhooks[1].name == "ops" ? loaded.config.webhooks[1]
                                                            : loaded.config.webhooks[0];
  const auto book = rules_of(loaded.config, ops);
  REQUIRE(book.rules.size() == 2);
  CHECK_FALSE(book.rules[0].send);
  CHECK(book.rules[1].send);
  const auto bad = load<discord::DiscordConfig>(
      "[webhooks.Ops]\n[webhooks.ops]\nrules = [\"none\"]\nurl = \"x\"\n");
  REQUIRE(bad.errors.size() == 3);
  CHECK(bad.errors[0].starts_with("bridge.toml:1: webhooks.Ops: expected a section"));
  CHECK(bad.errors[1] == "bridge.toml:2: webhooks.ops.rules: there is no rule \"none\"");
  CHECK(bad.errors[2].starts_with("bridge.toml:4: webhooks.ops.url: unknown key"));
}

TEST_CASE("the configuration in force is printed whole, and read back the same") {
  const std::string text =
      "known_sources = [\"10.8.0.0/24\"]\n"
      "[rules.a]\nkinds = [\"ssh.*\"]\nsource = \"unknown\"\n";
  const auto telegram = load<telegram::TelegramConfig>("chats = [\"7\"]\ncommands = [\"up*\"]\n" +
                                                       text + "[users]\n7 = \"run\"\n");
  REQUIRE(telegram.errors.empty());
  const std::string printed = bridge::effective(telegram.config);
  for (const char* part : {"chats = [\"7\"]", "known_sources = [\"10.8.0.0/24\"]", "[rules.a]",
                           "source = \"unknown\"", "7 = \"run\""})
    CHECK(printed.find(part) != std::string::npos);
  CHECK(bridge::effective(load<telegram::TelegramConfig>(printed).config) == printed);
  const auto discord = load<discord::DiscordConfig>(
      text + "[webhooks.ops]\nurl_file = \"/etc/picket/ops.url\"\nrules = [\"a\"]\n");
  REQUIRE(discord.errors.empty());
  const std::string hooks = bridge::effective(discord.config);
  CHECK(hooks.find("url_file = \"/etc/picket/ops.url\"") != std::string::npos);
  CHECK(bridge::effective(load<discord::DiscordConfig>(hooks).config) == hooks);
}

TEST_CASE("a secret is a file's first line, and a file that others may read is refused") {
  if (!test::TrustedFolder::possible()) PICKET_SKIP("needs root");
  const test::TrustedFolder folder;
  const std::string path = folder / "token";
  std::ofstream(path) << "  123:canary \nmore\n";
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
  auto secret = bridge::read_secret(path, "telegram-token");
  REQUIRE(secret);
  CHECK(secret->reveal() == "123:canary");
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  const auto open = bridge::read_secret(path, "telegram-token");
  REQUIRE_FALSE(open);
  CHECK(open.error().find("chmod") != std::string::npos);
  CHECK(open.error().find("canary") == std::string::npos);
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
  std::ofstream(path) << " \n";
  CHECK(bridge::read_secret(path, "telegram-token").error().find("is empty") != std::string::npos);
  CHECK_FALSE(bridge::read_secret("", "telegram-token"));
}

}  // namespace picket
