#include "hub/core/access.h"

#include <algorithm>
#include <utility>

namespace picket::hub {
namespace {

bool listed(const Caller& caller, const std::set<uint32_t>& uids, const std::set<uint32_t>& gids) {
  return uids.contains(caller.uid) || gids.contains(caller.gid) ||
         std::any_of(caller.groups.begin(), caller.groups.end(),
                     [&](uint32_t gid) { return gids.contains(gid); });
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

}  // namespace picket::hub
