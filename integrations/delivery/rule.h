// A rule of what is worth a message: what it fits, and what then happens. The first rule that fits
// decides; but what a burst only counts, because too few came yet, is counted by the bursts after
// it too. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/ip_prefix.h"
#include "integrations/delivery/facts.h"

namespace picket::delivery {

/// Minutes of the local day; the end may lie before the begin: over midnight.
struct Hours {
  int from = 0;
  int to = 0;
};

/// One message when `count` came within `within`, then silence for `again_after` and one that says
/// how many more there were.
struct Burst {
  enum class By { kRule, kNode, kSource, kUser };

  int64_t count = 0;  // 0: each event is told
  Milliseconds within = Seconds(30);
  Milliseconds again_after = std::chrono::minutes(5);
  By by = By::kSource;
};

struct Rule {
  std::string name;
  bool send = true;  // false: what fits is told to nobody
  // What it fits; an empty one fits all.
  std::vector<std::string> kinds;  // globs
  std::vector<std::string> nodes;  // globs
  std::vector<std::string> users;  // globs
  std::vector<IpPrefix> sources;
  std::optional<bool> known_source;  // lies in known_sources, or doesn't
  std::optional<bool> verified;
  std::optional<Hours> hours;
  Burst burst;
};

/// `known`: the networks that are known_sources.
bool fits(const Rule& rule, const Facts& facts, const std::vector<IpPrefix>& known);
/// Why it doesn't, "its node web1 is none of db*"; nothing: it fits.
std::optional<std::string> why_not(const Rule& rule, const Facts& facts,
                                   const std::vector<IpPrefix>& known);

/// "22:00-06:00"; nothing: it is none.
std::optional<Hours> parse_hours(std::string_view text);
std::string to_string(const Hours& hours);

/// What a person would keep who has written no rules.
std::vector<Rule> default_rules();

}  // namespace picket::delivery
