#include "integrations/delivery/counted.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "common/text.h"
#include "common/utf8.h"

namespace picket::delivery {
namespace {

// What may be kept of thousands of sources at once; a few are ever shown.
constexpr std::size_t kTextsMax = 16;
constexpr std::size_t kTextBytesMax = 64;
constexpr std::size_t kShownCharactersMax = 40;

void add(v1::CountedTexts& texts, const v1::CountedTexts& more) {
  auto& counts = *texts.mutable_counts();
  texts.set_others(texts.others() + more.others());
  for (const auto& [text, times] : more.counts()) {
    if (counts.contains(text) || counts.size() < kTextsMax) {
      counts[text] += times;
    } else {
      texts.set_others(texts.others() + times);
    }
  }
}

}  // namespace

void count(v1::CountedTexts& texts, const std::string& text) {
  const std::string key(cut_utf8(text, kTextBytesMax));
  auto& counts = *texts.mutable_counts();
  if (const auto found = counts.find(key); found != counts.end()) {
    ++found->second;
  } else if (counts.size() < kTextsMax) {
    counts[key] = 1;
  } else {
    texts.set_others(texts.others() + 1);
  }
}

void count(v1::CountedEvents& events, const Facts& facts, int attempts_max) {
  const int64_t at = to_unix_ns(facts.at);
  if (events.first_unix_ns() == 0) events.set_first_unix_ns(at);
  events.set_last_unix_ns(std::max(events.last_unix_ns(), at));
  if (is_known_attempt(*events.mutable_attempts(), facts.attempt, attempts_max)) return;
  events.set_count(events.count() + 1);
  count(*events.mutable_kinds(), facts.kind);
  count(*events.mutable_nodes(), facts.node);
  count(*events.mutable_users(), facts.user);
  count(*events.mutable_sources(), facts.source);
}

bool is_known_attempt(google::protobuf::RepeatedField<uint64_t>& attempts,
                      const std::string& attempt, int attempts_max) {
  if (attempt.empty()) return false;
  const uint64_t hash = std::hash<std::string>()(attempt);
  const auto found = std::ranges::find(attempts, hash);
  const bool is_known = found != attempts.end();
  if (is_known) attempts.erase(found);
  while (attempts.size() >= attempts_max) attempts.erase(attempts.begin());
  attempts.Add(hash);
  return is_known;
}

void add(v1::CountedEvents& events, const v1::CountedEvents& later) {
  if (later.count() == 0) return;
  if (events.count() == 0) events.set_first_unix_ns(later.first_unix_ns());
  events.set_last_unix_ns(std::max(events.last_unix_ns(), later.last_unix_ns()));
  events.set_count(events.count() + later.count());
  add(*events.mutable_kinds(), later.kinds());
  add(*events.mutable_nodes(), later.nodes());
  add(*events.mutable_users(), later.users());
  add(*events.mutable_sources(), later.sources());
}

void take_back(v1::CountedEvents& events, const std::string& source, uint64_t count) {
  events.set_count(events.count() - std::min(count, events.count()));
  auto& counts = *events.mutable_sources()->mutable_counts();
  const auto found = counts.find(std::string(cut_utf8(source, kTextBytesMax)));
  if (found == counts.end()) return;
  found->second -= std::min(count, found->second);
  if (found->second == 0) counts.erase(found);
}

std::string top_words(const v1::CountedTexts& texts, std::size_t texts_max) {
  std::vector<std::pair<uint64_t, std::string>> sorted;
  for (const auto& [text, times] : texts.counts())
    if (!text.empty()) sorted.emplace_back(times, text);
  std::ranges::sort(sorted, [](const auto& one, const auto& other) {
    return one.first != other.first ? one.first > other.first : one.second < other.second;
  });
  std::string words;
  std::size_t shown = 0;
  uint64_t others = texts.others();
  for (const auto& [times, text] : sorted) {
    if (shown == texts_max) {
      ++others;
      continue;
    }
    ++shown;
    words += (words.empty() ? "" : ", ") +
             truncate_to_width(escape_for_terminal(text), kShownCharactersMax);
    if (times > 1) words += " (" + number_words(times) + ")";
  }
  if (!words.empty() && others > 0) words += " and " + number_words(others) + " others";
  return words;
}

std::string number_words(uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

}  // namespace picket::delivery
