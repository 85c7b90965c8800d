// The part of a bridge's configuration that says what is worth a message: `known_sources` and the
// sections [rules.NAME], in their order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/ip_prefix.h"
#include "common/toml_tree.h"
#include "integrations/delivery/rule.h"

namespace picket::delivery {

struct RuleBook {
  std::vector<IpPrefix> known_sources;
  std::vector<Rule> rules = default_rules();
};

/// The keys of the file's top that read_rules() reads.
inline constexpr std::string_view kRulesKeys[] = {"known_sources", "rules"};

/// What is wrong goes to `errors`. A file without rules has the usual ones.
RuleBook read_rules(const config::TomlNode& root, config::FileErrors& errors);

/// The rules as a file says them.
std::string to_toml(const RuleBook& book);

}  // namespace picket::delivery
