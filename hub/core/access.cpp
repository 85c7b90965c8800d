#include "hub/core/access.h"

#include <algorithm>
#include <utility>

#include "common/command_label.h"
#include "common/node_name.h"
#include "common/text.h"

namespace picket::hub {
namespace {

bool listed(const Caller& caller, const std::set<uint32_t>& uids, const std::set<uint32_t>& gids) {
  return uids.contains(caller.uid) || gids.contains(caller.gid) ||
         std::any_of(caller.groups.begin(), caller.groups.end(),
                     [&](uint32_t gid) { return gids.contains(gid); });
}

bool any_matches(const std::vector<std::string>& globs, std::string_view text) {
  return std::ranges::any_of(globs, [text](const auto& glob) { return glob_matches(glob, text); });
}

}  // namespace

std::string to_string(const Caller& caller) { return "uid " + std::to_string(caller.uid); }

Access::Access(AccessRules rules) : rules_(std::move(rules)) {}

Permission Access::of(const Caller& caller) const {
  if (caller.uid == 0 || caller.uid == rules_.hub_uid) return Permission::kAdminister;
  if (listed(caller, rules_.administer_uids, rules_.administer_gids))
    return Permission::kAdminister;
  if (listed(caller, rules_.observe_uids, rules_.observe_gids)) return Permission::kObserve;
  return Permission::kNone;
}

bool Access::may_run(const Caller& caller, std::string_view label, std::string_view node) const {
  if (!is_command_label(label) || !is_node_name(node)) return false;
  if (of(caller) == Permission::kAdminister) return true;
  return std::ranges::any_of(rules_.run, [&](const RunRule& rule) {
    return listed(caller, rule.uids, rule.gids) && any_matches(rule.labels, label) &&
           any_matches(rule.nodes, node);
  });
}

}  // namespace picket::hub
