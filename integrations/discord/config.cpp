#include "integrations/discord/config.h"

#include <algorithm>
#include <utility>

namespace picket::discord {
namespace {

using config::TomlNode;

constexpr std::size_t kWebhooksMax = 32;
constexpr std::size_t kNameBytesMax = 32;

config::Description describe(WebhookConfig& webhook) {
  config::Description keys("");
  keys.text("url_file", webhook.url_file, config::absolute_path(), "");
  keys.list("rules", webhook.rules, config::any_text(), "");
  keys.text("content", webhook.beside.content, config::any_text(), "");
  keys.list("mentions", webhook.beside.mentions, config::any_text(), "");
  return keys;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameBytesMax && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool has_rule(const delivery::RuleBook& book, const std::string& name) {
  return std::ranges::find(book.rules, name, &delivery::Rule::name) != book.rules.end();
}

}  // namespace

void DiscordConfig::read_section(const TomlNode& section, config::FileErrors& errors) {
  if (!section.is_table || section.entries.size() > kWebhooksMax)
    return errors.add(section.key_line, section.key,
                      "expected sections [webhooks.NAME], at most " + std::to_string(kWebhooksMax));
  for (const TomlNode& entry : section.entries) {
    const std::string name = "webhooks." + entry.key;
    if (!entry.is_table || !is_name(entry.key)) {
      errors.add(entry.key_line, name,
                 "expected a section [webhooks.NAME] with a short name of a-z, 0-9 and -");
      continue;
    }
    WebhookConfig& webhook = webhooks.emplace_back();
    webhook.name = entry.key;
    describe(webhook).read_table(entry, name + ".", {}, errors);
    for (const auto& rule : webhook.rules)
      if (!has_rule(common.rules, rule))
        errors.add(entry.key_line, name + ".rules", "there is no rule \"" + rule + "\"");
    if (auto fits = check(webhook.beside); !fits) errors.add(entry.key_line, name, fits.error());
  }
}

std::string DiscordConfig::print_section() const {
  std::string text;
  for (WebhookConfig webhook : webhooks)
    text += "\n[webhooks." + webhook.name + "]\n" + describe(webhook).effective();
  return text;
}

config::Description describe(DiscordConfig& config) {
  config::Description keys(
      "Configuration of picket-discord, /etc/picket/discord.toml. Values that stand here with #\n"
      "are those that hold without them.\n"
      "\n"
      "Each webhook is a section of its own:\n"
      "  [webhooks.ops]\n"
      "  url_file = \"/etc/picket/discord-ops.url\"  # readable by this program alone\n"
      "  rules = [\"logins\", \"failures\"]            # those that hold for it; none: all\n"
      "  content = \"\"                               # Markdown beside each message\n"
      "  mentions = []                              # whom that may reach: users, roles, everyone");
  bridge::describe_common(keys, config.common);
  keys.text("ca_file", config.ca_file, bridge::path_or_nothing(),
            "Whom to trust to be Discord; empty: the certificates of this machine.");
  return keys;
}

delivery::RuleBook rules_of(const DiscordConfig& config, const WebhookConfig& webhook) {
  delivery::RuleBook book = config.common.rules;
  if (webhook.rules.empty()) return book;
  // The others still decide what is theirs.
  for (delivery::Rule& rule : book.rules)
    rule.send = rule.send && std::ranges::find(webhook.rules, rule.name) != webhook.rules.end();
  return book;
}

}  // namespace picket::discord
