#include "integrations/delivery/editor.h"

#include <utility>

#include "client/words/words.h"
#include "common/text.h"
#include "common/units.h"
#include "integrations/delivery/event_paragraph.h"

namespace picket::delivery {
namespace {

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

const Rule* rule_for(const RuleBook& book, const Facts& facts) {
  if (facts.kind.empty()) return nullptr;
  for (const Rule& rule : book.rules)
    if (fits(rule, facts, book.known_sources)) return &rule;
  return nullptr;
}

std::string explain(const RuleBook& book, const Facts& facts) {
  std::string text;
  for (const Rule& rule : book.rules) {
    const auto why = why_not(rule, facts, book.known_sources);
    text += "rule " + escape_for_terminal(rule.name);
    if (!why) return text + " " + effect_words(rule) + "\n";
    text += " doesn't fit: " + *why + "\n";
  }
  return text + "no rule fits: it is not sent\n";
}

void Editor::take(const v1::Update& update, std::vector<Item>& items) {
  const Facts facts = facts_of(update);
  const std::string failures = failures_.take(facts);
  const Rule* rule = rule_for(book_, facts);
  if (rule == nullptr || !rule->send) return;
  if (mutes_.take(facts)) return;
  if (rule->burst.count > 0) return bursts_.add(*rule, facts, items);
  if (restart_.take(update, facts, rule->name, items)) return;
  Item item{.rule = rule->name, .facts = facts, .paragraph = paragraph_of(update, facts)};
  if (!failures.empty()) {
    item.paragraph.text =
        truncate_to_width(item.paragraph.text, kParagraphCharactersMax / 2) + "; " + failures;
    item.paragraph.text = truncate_to_width(item.paragraph.text, kParagraphCharactersMax);
  }
  items.push_back(std::move(item));
}

void Editor::take(const v1::Missed& missed, WallTime now, std::vector<Item>& items) {
  Item item;
  item.rule = "missed";
  item.facts.kind = "missed";
  item.facts.node = missed.node();
  item.facts.at = item.facts.received = now;
  item.paragraph = {
      .mark = Mark::kAlarm,
      .node = escape_for_terminal(missed.node()),
      .text = "updates are lost, seq " + std::to_string(missed.first_seq()) + " to " +
              std::to_string(missed.last_seq()) + ": " +
              (missed.reason().empty() ? "no reason given" : words::reason_words(missed.reason())),
      .at = now,
      .fields = {}};
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
