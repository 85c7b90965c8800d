#include "integrations/delivery/batch.h"

#include <algorithm>
#include <utility>

#include "client/lib/time_text.h"
#include "common/text.h"
#include "integrations/delivery/counted.h"

namespace picket::delivery {
namespace {

constexpr std::size_t kTextsShown = 4;
constexpr std::size_t kWholeMax = kParagraphsMax / 2;

void add_top(std::string& words, std::string_view lead, const v1::CountedTexts& texts) {
  const std::string top = top_words(texts, kTextsShown);
  if (!top.empty()) words += std::string(lead) + top;
}

bool is_late(WallTime received, WallTime now) { return now - received > kAgeMax; }

// "logins: 312 from 14:03:10 to 14:07:55: ssh.accepted (312), on web1 (200), web2; of alice (300)"
Paragraph digest_of(const std::string& rule, const v1::CountedEvents& events, Mark mark,
                    uint64_t failed_before, WallTime now) {
  const WallTime first = from_unix_ns(events.first_unix_ns());
  const WallTime last = from_unix_ns(events.last_unix_ns());
  std::string words = escape_for_terminal(rule) + ": " + number_words(events.count()) + " from " +
                      client::local_time_of_day(first, now) + " to " +
                      client::local_time_of_day(last, now);
  if (!events.kinds().counts().contains(rule)) add_top(words, ": ", events.kinds());
  add_top(words, ", on ", events.nodes());
  add_top(words, "; of ", events.users());
  add_top(words, "; from ", events.sources());
  if (failed_before > 0)
    words += "; after " + number_words(failed_before) +
             (failed_before == 1 ? " failed login" : " failed logins");
  return {.mark = mark,
          .node = {},
          .text = truncate_to_width(words, kParagraphCharactersMax),
          .at = last,
          .fields = {}};
}

}  // namespace

void Batch::count_item(OfRule& of_rule, const Item& item) {
  if (of_rule.items == 0 || item.facts.received < of_rule.oldest)
    of_rule.oldest = item.facts.received;
  ++of_rule.items;
  of_rule.failed_before += item.failed_before;
  of_rule.worst = std::max(of_rule.worst, item.paragraph.mark);
  count(of_rule.events, item.facts, kAttemptsOfMany);
  // It may stand for many.
  of_rule.events.set_count(of_rule.events.count() + item.attempts - 1);
}

void Batch::add(Item item) {
  ++items_;
  if (item.is_whole && whole_.size() < kWholeMax)
    return whole_.push_back({items_, std::move(item)});
  OfRule& of_rule = by_rule_[item.rule];
  count_item(of_rule, item);
  if (of_rule.first.size() < kParagraphsMax) of_rule.first.push_back({items_, std::move(item)});
}

std::vector<std::string> Batch::rules() const {
  std::vector<std::string> names;
  for (const auto& [rule, of_rule] : by_rule_) names.push_back(rule);
  for (const auto& [number, item] : whole_) names.push_back(item.rule);
  return names;
}

Batch::OfRule Batch::late_of(const OfRule& of_rule, WallTime now) {
  OfRule late;
  for (const auto& [number, item] : of_rule.first)
    if (is_late(item.facts.received, now)) count_item(late, item);
  return late;
}

// What is late comes first, together.
void Batch::tell_each(const std::string& rule, const OfRule& of_rule, WallTime now,
                      std::vector<Placed>& paragraphs) {
  if (const OfRule late = late_of(of_rule, now); late.items > 0)
    paragraphs.emplace_back(0, digest_of(rule, late.events, late.worst, late.failed_before, now));
  for (const auto& [number, item] : of_rule.first)
    if (!is_late(item.facts.received, now)) paragraphs.emplace_back(number, item.paragraph);
}

// Those with the fewest items first: each has a place at least, and all that is left.
void Batch::tell_rules(WallTime now, std::vector<Placed>& paragraphs, Message& message) const {
  std::vector<std::pair<std::string, const OfRule*>> rules;
  bool has_late = false;
  for (const auto& [rule, of_rule] : by_rule_) {
    rules.emplace_back(rule, &of_rule);
    has_late |= is_late(of_rule.oldest, now);
  }
  std::ranges::stable_sort(rules, {}, [](const auto& entry) { return entry.second->items; });
  uint64_t left_out = 0;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& [rule, of_rule] = rules[i];
    const std::size_t taken = paragraphs.size() + (rules.size() - i - 1);
    if (paragraphs.size() == kParagraphsMax) {
      left_out += of_rule->events.count();
    } else if (of_rule->items == 1 || taken + of_rule->items <= kParagraphsMax) {
      tell_each(rule, *of_rule, now, paragraphs);
    } else {
      paragraphs.emplace_back(items_ + 1, digest_of(rule, of_rule->events, of_rule->worst,
                                                    of_rule->failed_before, now));
    }
  }
  if (has_late) message.footer = "told late: some of this is more than an hour old";
  if (left_out > 0)
    message.footer +=
        (message.footer.empty() ? "" : "; ") + number_words(left_out) + " more of other rules";
}

Message Batch::compose(WallTime now) const {
  std::vector<Placed> paragraphs;
  for (const auto& [number, item] : whole_) paragraphs.emplace_back(number, item.paragraph);
  Message message;
  tell_rules(now, paragraphs, message);
  std::ranges::stable_sort(paragraphs, {}, &Placed::first);
  for (auto& [number, paragraph] : paragraphs) message.paragraphs.push_back(std::move(paragraph));
  return message;
}

}  // namespace picket::delivery
