#include "integrations/delivery/rule.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "common/text.h"

namespace picket::delivery {
namespace {

constexpr int kMinutesOfDay = 24 * 60;

bool fits_any(const std::vector<std::string>& globs, const std::string& text) {
  return globs.empty() || std::ranges::any_of(globs, [&](const std::string& glob) {
           return glob_matches(glob, text);
         });
}

bool lies_in(const std::vector<IpPrefix>& prefixes, const std::optional<IpAddress>& address) {
  return address && std::ranges::any_of(prefixes, [&](const IpPrefix& prefix) {
           return prefix.contains(*address);
         });
}

std::string none_of(std::string_view what, const std::string& found,
                    const std::vector<std::string>& globs) {
  std::string words =
      "its " + std::string(what) + " " + escape_for_terminal(found) + " is none of ";
  for (std::size_t i = 0; i < globs.size(); ++i)
    words += (i == 0 ? "" : ", ") + escape_for_terminal(globs[i]);
  return words;
}

int minute_of_day(WallTime time) {
  const auto seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return local.tm_hour * 60 + local.tm_min;
}

bool lies_in(const Hours& hours, WallTime time) {
  const int minute = minute_of_day(time);
  if (hours.from <= hours.to) return minute >= hours.from && minute < hours.to;
  return minute >= hours.from || minute < hours.to;
}

std::optional<int> parse_minute(std::string_view text) {
  const auto digits = [&](std::size_t at) {
    const bool both =
        text[at] >= '0' && text[at] <= '9' && text[at + 1] >= '0' && text[at + 1] <= '9';
    return both ? (text[at] - '0') * 10 + (text[at + 1] - '0') : -1;
  };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int hour = digits(0);
  const int minute = digits(3);
  const int all = hour * 60 + minute;
  if (hour < 0 || minute < 0 || minute > 59 || all > kMinutesOfDay) return std::nullopt;
  return all;
}

// A node's clock may be wrong, or lie; and what happened at night may come in the morning. In doubt
// it is told.
bool lies_in(const Rule& rule, const Facts& facts) {
  const bool by_node = lies_in(*rule.hours, facts.at);
  const bool by_hub = lies_in(*rule.hours, facts.received);
  return rule.send ? by_node || by_hub : by_node && by_hub;
}

/// The first thing that a rule names and that isn't so.
enum class Miss {
  kNone,
  kKind,
  kNode,
  kUser,
  kSource,
  kKnownSource,
  kUnknownSource,
  kVerified,
  kUnverified,
  kHours,
};

// Without any words: each event is held against each rule, also when there are 100,000 of them.
Miss miss_of(const Rule& rule, const Facts& facts, const std::vector<IpPrefix>& known) {
  if (!fits_any(rule.kinds, facts.kind)) return Miss::kKind;
  if (!fits_any(rule.nodes, facts.node)) return Miss::kNode;
  if (!fits_any(rule.users, facts.user)) return Miss::kUser;
  if (!rule.sources.empty() && !lies_in(rule.sources, facts.address)) return Miss::kSource;
  if (rule.known_source && *rule.known_source != lies_in(known, facts.address))
    return *rule.known_source ? Miss::kUnknownSource : Miss::kKnownSource;
  if (rule.verified && *rule.verified != facts.verified)
    return *rule.verified ? Miss::kUnverified : Miss::kVerified;
  if (rule.hours && !lies_in(rule, facts)) return Miss::kHours;
  return Miss::kNone;
}

}  // namespace

bool fits(const Rule& rule, const Facts& facts, const std::vector<IpPrefix>& known) {
  return miss_of(rule, facts, known) == Miss::kNone;
}

std::optional<std::string> why_not(const Rule& rule, const Facts& facts,
                                   const std::vector<IpPrefix>& known) {
  const auto source = [&] { return "its source " + escape_for_terminal(facts.source); };
  switch (miss_of(rule, facts, known)) {
    case Miss::kNone: return std::nullopt;
    case Miss::kKind: return none_of("kind", facts.kind, rule.kinds);
    case Miss::kNode: return none_of("node", facts.node, rule.nodes);
    case Miss::kUser: return none_of("user", facts.user, rule.users);
    case Miss::kSource: return source() + " lies in none of its sources";
    case Miss::kKnownSource: return source() + " is known";
    case Miss::kUnknownSource: return source() + " is not known";
    case Miss::kVerified: return "it is verified";
    case Miss::kUnverified: return "it is not verified";
    case Miss::kHours: return "it was not between " + to_string(*rule.hours);
  }
  return std::nullopt;
}

std::optional<Hours> parse_hours(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = parse_minute(text.substr(0, dash));
  const auto to = parse_minute(text.substr(dash + 1));
  if (!from || !to || *from == *to) return std::nullopt;
  return Hours{.from = *from, .to = *to};
}

std::string to_string(const Hours& hours) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d-%02d:%02d", hours.from / 60 % 100, hours.from % 60,
                hours.to / 60 % 100, hours.to % 60);
  return text;
}

}  // namespace picket::delivery
