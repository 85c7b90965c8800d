#include "integrations/delivery/batch.h"

#include <algorithm>
#include <utility>

#include "client/lib/time_text.h"
#include "common/text.h"
#include "integrations/delivery/counted.h"

namespace picket::delivery {
namespace {

constexpr std::size_t kTextsShown = 4;

void add_top(std::string& words, std::string_view lead, const v1::CountedTexts& texts) {
  const std::string top = top_words(texts, kTextsShown);
  if (!top.empty()) words += std::string(lead) + top;
}

}  // namespace

void Batch::add(Item item) {
  if (items_ == 0 || item.facts.received < oldest_) oldest_ = item.facts.received;
  ++items_;
  Digest& digest = by_rule_[item.rule];
  ++digest.items;
  count(digest.events, item.facts);
  digest.events.set_count(digest.events.count() + item.attempts - 1);  // it may stand for many
  if (paragraphs_.size() < kParagraphsMax) paragraphs_.push_back(std::move(item.paragraph));
}

std::vector<std::string> Batch::rules() const {
  std::vector<std::string> names;
  for (const auto& [rule, digest] : by_rule_) names.push_back(rule);
  return names;
}

// "logins: 312 from 14:03:10 to 14:07:55, on web1 (200), web2; of alice (300); from 192.0.2.7"
Paragraph Batch::paragraph_of(const std::string& rule, const Digest& digest, WallTime now) const {
  const v1::CountedEvents& events = digest.events;
  const WallTime first = from_unix_ns(events.first_unix_ns());
  const WallTime last = from_unix_ns(events.last_unix_ns());
  std::string words = escape_for_terminal(rule) + ": " + number_words(events.count()) + " from " +
                      client::local_time_of_day(first, now) + " to " +
                      client::local_time_of_day(last, now);
  add_top(words, ", on ", events.nodes());
  add_top(words, "; of ", events.users());
  add_top(words, "; from ", events.sources());
  return {.mark = Mark::kAlarm,
          .node = {},
          .text = truncate_to_width(words, kParagraphCharactersMax),
          .at = last,
          .fields = {}};
}

Message Batch::compose(WallTime now) const {
  Message message;
  const bool is_late = now - oldest_ > kAgeMax;
  if (items_ <= kParagraphsMax && !is_late) {
    message.paragraphs = paragraphs_;
    return message;
  }
  std::vector<std::pair<std::string, const Digest*>> rules;
  for (const auto& [rule, digest] : by_rule_) rules.emplace_back(rule, &digest);
  std::ranges::stable_sort(rules, std::greater<>(),
                           [](const auto& entry) { return entry.second->items; });
  uint64_t left_out = 0;
  for (const auto& [rule, digest] : rules) {
    if (message.paragraphs.size() < kParagraphsMax) {
      message.paragraphs.push_back(paragraph_of(rule, *digest, now));
    } else {
      left_out += digest->events.count();
    }
  }
  if (is_late) message.footer = "told late: some of this is more than an hour old";
  if (left_out > 0)
    message.footer +=
        (message.footer.empty() ? "" : "; ") + number_words(left_out) + " more of other rules";
  return message;
}

}  // namespace picket::delivery
