#include "integrations/delivery/editor.h"

#include <algorithm>
#include <utility>

#include "client/words/words.h"
#include "common/text.h"
#include "common/units.h"
#include "integrations/delivery/event_paragraph.h"

namespace picket::delivery {
namespace {

bool counts(const Rule& rule) { return rule.send && rule.burst.count > 0; }

std::string by_words(Burst::By by) {
  switch (by) {
    case Burst::By::kRule: return "";
    case Burst::By::kNode: return " of one node";
    case Burst::By::kSource: return " from one source";
    case Burst::By::kUser: return " of one user";
  }
  return "";
}

std::string effect_words(const Rule& rule) {
  if (!rule.send) return "drops it";
  if (rule.burst.count == 0) return "sends it";
  return "counts it: sent when " + std::to_string(rule.burst.count) + by_words(rule.burst.by) +
         " came within " + print_duration(rule.burst.within) + ", then not again for " +
         print_duration(rule.burst.again_after);
}

}  // namespace

std::vector<const Rule*> rules_for(const RuleBook& book, const Facts& facts) {
  std::vector<const Rule*> rules;
  if (facts.kind.empty()) return rules;
  for (const Rule& rule : book.rules) {
    if (!rules.empty() && !counts(rule)) continue;
    if (!fits(rule, facts, book.known_sources)) continue;
    rules.push_back(&rule);
    if (!counts(rule)) break;
  }
  return rules;
}

std::string explain(const RuleBook& book, const Facts& facts) {
  const auto fitting = rules_for(book, facts);
  std::string text;
  for (const Rule& rule : book.rules) {
    text += "rule " + escape_for_terminal(rule.name);
    if (const auto why = why_not(rule, facts, book.known_sources)) {
      text += " doesn't fit: " + *why + "\n";
      continue;
    }
    const bool is_asked = std::ranges::find(fitting, &rule) != fitting.end();
    text += is_asked ? " " + effect_words(rule) + "\n" : " isn't asked: it is no burst\n";
    if (is_asked && !counts(rule)) break;
  }
  return fitting.empty() ? text + "no rule fits: it is not sent\n" : text;
}

void Editor::take(const v1::Update& update, std::vector<Item>& items) {
  const Facts facts = facts_of(update);
  failures_.count(facts);
  const auto rules = rules_for(book_, facts);
  if (rules.empty() || !rules.front()->send || mutes_.take(facts)) return;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = *rules[i];
    if (!counts(rule)) return tell(rule, update, facts, items);
    const std::size_t before = items.size();
    if (!bursts_.add(rule, facts, items)) continue;
    if (items.size() > before)
      for (std::size_t later = i + 1; later < rules.size(); ++later)
        bursts_.take_back(*rules[later], facts, rule.burst.count - 1);
    return;
  }
}

void Editor::tell(const Rule& rule, const v1::Update& update, const Facts& facts,
                  std::vector<Item>& items) {
  if (restart_.take(update, facts, rule.name, items)) return;
  Item item{.rule = rule.name, .facts = facts, .paragraph = paragraph_of(update, facts)};
  item.failed_before = failures_.count_of(facts);
  if (const std::string failures = failures_.take(facts); !failures.empty()) {
    const std::size_t left =
        kParagraphCharactersMax - std::min(kParagraphCharactersMax / 2, failures.size() + 2);
    item.paragraph.text = truncate_to_width(
        truncate_to_width(item.paragraph.text, left) + "; " + failures, kParagraphCharactersMax);
  }
  items.push_back(std::move(item));
}

void Editor::take(const v1::Missed& missed, WallTime now, std::vector<Item>& items) {
  Item item = own_item(
      "missed", "missed", Mark::kAlarm,
      "updates are lost, seq " + std::to_string(missed.first_seq()) + " to " +
          std::to_string(missed.last_seq()) + ": " +
          (missed.reason().empty() ? "no reason given" : words::reason_words(missed.reason())),
      now);
  item.facts.node = missed.node();
  item.paragraph.node = escape_for_terminal(missed.node());
  items.push_back(std::move(item));
}

void Editor::sweep(WallTime now, std::vector<Item>& items) {
  bursts_.sweep(now, items);
  restart_.sweep(now, items);
  mutes_.sweep(now, items);
}

void Editor::save(v1::BridgeState& state) const {
  bursts_.save(state);
  restart_.save(state);
  failures_.save(state);
  mutes_.save(state);
}

void Editor::restore(const v1::BridgeState& state) {
  bursts_.restore(state, book_.rules);
  restart_.restore(state);
  failures_.restore(state);
  mutes_.restore(state);
}

}  // namespace picket::delivery
