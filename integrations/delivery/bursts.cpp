#include "integrations/delivery/bursts.h"

#include <algorithm>
#include <utility>

#include "common/text.h"
#include "common/time_text.h"
#include "common/utf8.h"
#include "integrations/delivery/counted.h"

namespace picket::delivery {
namespace {

constexpr std::size_t kNamesShown = 5;
constexpr std::size_t kKeyBytesMax = 128;
constexpr auto kSlack = std::chrono::minutes(1);

std::string key_of(const Burst& burst, const Facts& facts) {
  switch (burst.by) {
    case Burst::By::kRule: return {};
    case Burst::By::kNode: return facts.node;
    case Burst::By::kSource: return facts.source;
    case Burst::By::kUser: return facts.user;
  }
  return {};
}

// "12 failed logins", "3 of su.failed", "7 events"
std::string what_words(const v1::CountedEvents& events, bool more) {
  const std::string number = number_words(events.count()) + (more ? " more" : "");
  const auto& kinds = events.kinds().counts();
  const bool all_failed =
      events.kinds().others() == 0 &&
      std::ranges::all_of(kinds, [](const auto& kind) { return is_failed_login(kind.first); });
  if (all_failed) return number + (events.count() == 1 ? " failed login" : " failed logins");
  if (kinds.size() == 1) return number + " of " + escape_for_terminal(kinds.begin()->first);
  return number + (events.count() == 1 ? " event" : " events");
}

// Of one node only: its name; else those are in the words.
std::string node_of(const v1::CountedEvents& events) {
  const auto& nodes = events.nodes().counts();
  return nodes.size() == 1 && events.nodes().others() == 0 ? nodes.begin()->first : std::string();
}

std::string burst_words(const Burst& burst, const std::string& key, const v1::CountedEvents& events,
                        bool more) {
  std::string words = what_words(events, more);
  const std::string shown = escape_for_terminal(key);
  if (burst.by == Burst::By::kSource && !shown.empty()) words += " from " + shown;
  if (burst.by == Burst::By::kUser && !shown.empty()) words += " of " + shown;
  const Nanoseconds took = Nanoseconds(events.last_unix_ns() - events.first_unix_ns());
  words += " within " + in_words(std::max<Nanoseconds>(took, Seconds(1)));
  if (node_of(events).empty())
    if (const auto nodes = top_words(events.nodes(), kNamesShown); !nodes.empty())
      words += ", on " + nodes;
  if (burst.by != Burst::By::kSource)
    if (const auto from = top_words(events.sources(), kNamesShown); !from.empty())
      words += ", from " + from;
  if (burst.by != Burst::By::kUser)
    if (const auto users = top_words(events.users(), kNamesShown); !users.empty())
      words += ", as " + users;
  return words;
}

Item item_of(const std::string& rule, const Burst& burst, const std::string& key,
             const v1::CountedEvents& events, WallTime received, bool more) {
  Item item;
  item.rule = rule;
  item.attempts = events.count();
  item.facts.kind = rule;
  item.facts.node = node_of(events);
  item.facts.source = burst.by == Burst::By::kSource ? key : std::string();
  item.facts.user = burst.by == Burst::By::kUser ? key : std::string();
  item.facts.at = from_unix_ns(events.last_unix_ns());
  item.facts.received = received;
  item.paragraph = {.mark = Mark::kAlarm,
                    .node = item.facts.node,
                    .text = burst_words(burst, key, events, more),
                    .at = item.facts.at,
                    .fields = {}};
  return item;
}

// Another line of an attempt that was told isn't one more.
void clear_events(v1::CountedBurst& saved) {
  v1::CountedEvents events;
  events.mutable_attempts()->Swap(saved.mutable_events()->mutable_attempts());
  *saved.mutable_events() = std::move(events);
}

void begin_anew(v1::CountedBurst& saved) {
  clear_events(saved);
  saved.clear_before();
  saved.clear_recent_unix_ns();
  saved.clear_silent_until_unix_ns();
  saved.clear_slice_unix_ns();
}

// What is told is of now, however long a trickle has gone on: of two slices of time the older goes.
void rotate(v1::CountedBurst& saved, int64_t at, int64_t within) {
  const int64_t age = at - saved.slice_unix_ns();
  if (age >= 0 && age < within) return;
  saved.clear_before();
  if (age >= within && age < 2 * within) {
    *saved.mutable_before() = saved.events();
    saved.mutable_before()->clear_attempts();
  }
  clear_events(saved);
  saved.set_slice_unix_ns(at);
}

}  // namespace

Bursts::Key Bursts::key_for(const Rule& rule, const Facts& facts) {
  return {rule.name, std::string(cut_utf8(key_of(rule.burst, facts), kKeyBytesMax))};
}

bool Bursts::add(const Rule& rule, const Facts& facts, std::vector<Item>& items) {
  const Key key = key_for(rule, facts);
  if (!counted_.contains(key)) make_room(facts.received, items);
  Counted& counted = counted_[key];
  counted.burst = rule.burst;
  v1::CountedBurst& saved = counted.saved;
  const int64_t at = to_unix_ns(facts.received);
  const int64_t within = Nanoseconds(rule.burst.within).count();
  if (saved.silent_until_unix_ns() != 0 && at >= saved.silent_until_unix_ns())
    end_silence(key, counted, facts.received, items);
  counted.last = facts.received;
  if (saved.silent_until_unix_ns() == 0) rotate(saved, at, within);
  const uint64_t before = saved.events().count();
  count(*saved.mutable_events(), facts,
        rule.burst.by == Burst::By::kSource ? kAttemptsOfOne : kAttemptsOfMany);
  if (saved.silent_until_unix_ns() != 0) return true;
  if (saved.events().count() == before) return false;
  auto& recent = *saved.mutable_recent_unix_ns();
  recent.Add(at);
  recent.erase(std::remove_if(recent.begin(), recent.end(),
                              [since = at - within](int64_t time) { return time < since; }),
               recent.end());
  if (recent.size() < rule.burst.count) return false;
  v1::CountedEvents told = saved.before();
  delivery::add(told, saved.events());
  items.push_back(item_of(key.first, rule.burst, key.second, told, counted.last, false));
  begin_anew(saved);
  saved.set_silent_until_unix_ns(at + Nanoseconds(rule.burst.again_after).count());
  return true;
}

void Bursts::take_back(const Rule& rule, const Facts& facts, int64_t count) {
  const auto found = counted_.find(key_for(rule, facts));
  if (found == counted_.end() || found->second.saved.silent_until_unix_ns() != 0) return;
  v1::CountedBurst& saved = found->second.saved;
  const auto in_slice = std::min<uint64_t>(static_cast<uint64_t>(count), saved.events().count());
  delivery::take_back(*saved.mutable_events(), facts.source, in_slice);
  delivery::take_back(*saved.mutable_before(), facts.source,
                      static_cast<uint64_t>(count) - in_slice);
  auto& recent = *saved.mutable_recent_unix_ns();
  const int left = std::max(0, recent.size() - static_cast<int>(count));
  recent.Truncate(left);
}

// It is said how many more there were, and what comes next begins anew.
void Bursts::end_silence(const Key& key, Counted& counted, WallTime now, std::vector<Item>& items) {
  if (counted.saved.silent_until_unix_ns() != 0 && counted.saved.events().count() > 0)
    items.push_back(
        item_of(key.first, counted.burst, key.second, counted.saved.events(), now, true));
  begin_anew(counted.saved);
}

// A clock that was set back must not make a silence longer than it was to be.
bool Bursts::is_over(const Counted& counted, WallTime now) {
  const int64_t until = counted.saved.silent_until_unix_ns();
  if (until == 0) return now >= counted.last + counted.burst.within || now < counted.last - kSlack;
  return to_unix_ns(now) >= until || now < from_unix_ns(until) - counted.burst.again_after - kSlack;
}

void Bursts::sweep(WallTime now, std::vector<Item>& items) {
  for (auto entry = counted_.begin(); entry != counted_.end();) {
    const bool goes = is_over(entry->second, now);
    if (goes) end_silence(entry->first, entry->second, now, items);
    entry = goes ? counted_.erase(entry) : std::next(entry);
  }
}

// A quarter at once, so that a flood of new sources doesn't look for the oldest each time.
void Bursts::make_room(WallTime now, std::vector<Item>& items) {
  if (counted_.size() < kBurstsMax) return;
  std::vector<WallTime> times;
  for (const auto& [key, counted] : counted_) times.push_back(counted.last);
  const auto quarter = times.begin() + kBurstsMax / 4;
  std::ranges::nth_element(times, quarter);
  const WallTime until = *quarter;
  for (auto entry = counted_.begin(); entry != counted_.end();) {
    const bool goes = entry->second.last <= until;
    if (goes) end_silence(entry->first, entry->second, now, items);
    entry = goes ? counted_.erase(entry) : std::next(entry);
  }
}

void Bursts::save(v1::BridgeState& state) const {
  for (const auto& [key, counted] : counted_) {
    v1::CountedBurst& saved = *state.add_bursts();
    saved = counted.saved;
    saved.set_last_unix_ns(to_unix_ns(counted.last));
    saved.set_rule(key.first);
    saved.set_key(key.second);
  }
}

void Bursts::restore(const v1::BridgeState& state, const std::vector<Rule>& rules) {
  for (const auto& saved : state.bursts()) {
    const auto rule = std::ranges::find(rules, saved.rule(), &Rule::name);
    if (rule == rules.end() || rule->burst.count == 0 || counted_.size() >= kBurstsMax) continue;
    Counted& counted = counted_[{saved.rule(), saved.key()}];
    counted.burst = rule->burst;
    counted.saved = saved;
    counted.last = from_peer_unix_ns(saved.last_unix_ns());
  }
}

}  // namespace picket::delivery
