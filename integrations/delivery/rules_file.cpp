#include "integrations/delivery/rules_file.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "common/config.h"

namespace picket::delivery {
namespace {

using config::Codec;
using config::TomlNode;

constexpr std::size_t kRulesMax = 100;
constexpr std::size_t kRuleNameBytesMax = 64;

template <typename T>
struct Word {
  std::string_view name;
  T value;
};

template <typename T, std::size_t N>
Codec<T> one_of(const std::array<Word<T>, N>& words) {
  std::string what;
  for (const auto& word : words)
    what += (what.empty() ? "\"" : ", \"") + std::string(word.name) + "\"";
  what = "one of " + what;
  const auto parse = [words, what](std::string_view text) -> Result<T> {
    for (const auto& word : words)
      if (word.name == text) return word.value;
    return Error{"expected " + what + ", found \"" + std::string(text) + '"'};
  };
  const auto print = [words](const T& value) {
    for (const auto& word : words)
      if (word.value == value) return std::string(word.name);
    return std::string();
  };
  return {what, parse, print};
}

Codec<IpPrefix> network() {
  const std::string what = "a network like \"10.8.0.0/24\", or an address";
  const auto parse = [what](std::string_view text) -> Result<IpPrefix> {
    if (const auto prefix = parse_prefix(text)) return *prefix;
    return Error{"expected " + what + ", found \"" + std::string(text) + '"'};
  };
  return {what, parse, [](const IpPrefix& prefix) { return to_string(prefix); }};
}

Codec<std::optional<Hours>> hours() {
  const std::string what = "hours like \"22:00-06:00\"";
  const auto parse = [what](std::string_view text) -> Result<std::optional<Hours>> {
    if (const auto parsed = parse_hours(text)) return parsed;
    return Error{"expected " + what + ", found \"" + std::string(text) + '"'};
  };
  return {what, parse, [](const std::optional<Hours>& value) {
            return value ? to_string(*value) : std::string();
          }};
}

constexpr std::array<Word<std::optional<bool>>, 3> kSourceWords{
    {{"any", std::nullopt}, {"known", true}, {"unknown", false}}};
constexpr std::array<Word<std::optional<bool>>, 3> kVerifiedWords{
    {{"any", std::nullopt}, {"yes", true}, {"no", false}}};
constexpr std::array<Word<Burst::By>, 4> kByWords{{{"rule", Burst::By::kRule},
                                                   {"node", Burst::By::kNode},
                                                   {"source", Burst::By::kSource},
                                                   {"user", Burst::By::kUser}}};

config::Description describe(Rule& rule) {
  config::Description keys("");
  keys.boolean("send", rule.send, "");
  keys.list("kinds", rule.kinds, config::any_text(), "");
  keys.list("nodes", rule.nodes, config::any_text(), "");
  keys.list("users", rule.users, config::any_text(), "");
  keys.list("sources", rule.sources, network(), "");
  keys.text("source", rule.known_source, one_of(kSourceWords), "");
  keys.text("verified", rule.verified, one_of(kVerifiedWords), "");
  keys.text("hours", rule.hours, hours(), "");
  keys.section("burst", "");
  keys.integer("count", rule.burst.count, {0, 1000}, "");
  keys.duration("within", rule.burst.within, {Seconds(1), std::chrono::hours(24)}, "");
  keys.duration("again_after", rule.burst.again_after, {Seconds(1), std::chrono::hours(24)}, "");
  keys.text("by", rule.burst.by, one_of(kByWords), "");
  return keys;
}

void read_known(const TomlNode& entry, std::vector<IpPrefix>& known, config::FileErrors& errors) {
  TomlNode table;
  table.is_table = true;
  table.entries.push_back(entry);
  config::Description keys("");
  keys.list("known_sources", known, network(), "");
  keys.read_table(table, "", {}, errors);
}

// What would be taken without a word, and do nothing.
void check_rule(const TomlNode& entry, const Rule& rule, bool has_known,
                config::FileErrors& errors) {
  const std::string name = "rules." + entry.key;
  if (entry.find("burst") != nullptr && rule.burst.count == 0)
    errors.add(entry.key_line, name + ".burst",
               "expected burst.count, how many it takes; without it there is no burst");
  if (rule.known_source && !has_known)
    errors.add(entry.key_line, name + ".source", "there are no known_sources that it could mean");
}

std::vector<Rule> read_sections(const TomlNode& section, bool has_known,
                                config::FileErrors& errors) {
  if (section.entries.size() > kRulesMax)
    errors.add(section.key_line, section.key,
               "expected at most " + std::to_string(kRulesMax) + " of them");
  std::vector<std::pair<std::size_t, Rule>> by_line;
  for (const TomlNode& entry : section.entries) {
    const std::string name = "rules." + entry.key;
    if (!entry.is_table || entry.key.size() > kRuleNameBytesMax) {
      errors.add(entry.key_line, name, "expected a section [rules.NAME] with a short name");
      continue;
    }
    Rule rule;
    rule.name = entry.key;
    const std::size_t before = errors.lines().size();
    describe(rule).read_table(entry, name + ".", {}, errors);
    if (errors.lines().size() == before) check_rule(entry, rule, has_known, errors);
    by_line.emplace_back(entry.key_line, std::move(rule));
  }
  std::ranges::stable_sort(by_line, {}, &std::pair<std::size_t, Rule>::first);
  std::vector<Rule> rules;
  for (auto& [line, rule] : by_line) rules.push_back(std::move(rule));
  return rules;
}

void check_book(const TomlNode& root, const TomlNode& section, const RuleBook& book,
                config::FileErrors& errors) {
  if (std::ranges::none_of(book.rules, &Rule::send))
    errors.add(section.key_line, "rules",
               "no rule sends anything, so that nothing would ever be told; without [rules.…] the "
               "usual ones hold");
  const TomlNode* known = root.find("known_sources");
  const auto uses_known = [](const Rule& rule) { return rule.known_source.has_value(); };
  if (known != nullptr && !book.known_sources.empty() &&
      std::ranges::none_of(book.rules, uses_known))
    errors.add(known->key_line, "known_sources",
               "no rule asks for it: write source = \"unknown\" or \"known\" in one");
}

}  // namespace

RuleBook read_rules(const TomlNode& root, config::FileErrors& errors) {
  RuleBook book;
  if (const TomlNode* known = root.find("known_sources"))
    read_known(*known, book.known_sources, errors);
  const TomlNode* rules = root.find("rules");
  if (rules == nullptr) return book;
  if (!rules->is_table) {
    errors.add(rules->key_line, "rules", "expected sections [rules.NAME]");
    return book;
  }
  book.rules = read_sections(*rules, !book.known_sources.empty(), errors);
  check_book(root, *rules, book, errors);
  return book;
}

std::string to_toml(const RuleBook& book) {
  std::string text;
  if (!book.known_sources.empty()) {
    RuleBook known = book;
    config::Description keys("");
    keys.list("known_sources", known.known_sources, network(), "");
    text += keys.effective();
  }
  for (Rule rule : book.rules) {
    text += "\n[rules." + rule.name + "]\n";
    Rule usual;
    const config::Description keys = describe(rule);
    const auto changed = keys.changed_from(describe(usual));
    for (const auto& section : keys.sections()) {
      for (const auto& key : section.keys) {
        const std::string name = config::full_name(section, key.name);
        if (std::ranges::find(changed, name) != changed.end())
          text += name + " = " + config::to_toml(key.get()) + "\n";
      }
    }
  }
  return text;
}

}  // namespace picket::delivery
