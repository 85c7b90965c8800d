#include "hub/io/access_lookup.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace picket::hub {
namespace {

std::optional<gid_t> find_group(const std::string& name) {
  const group* found = ::getgrnam(name.c_str());
  if (found == nullptr) return std::nullopt;
  return found->gr_gid;
}

Status add(const Principal& principal, std::set<uint32_t>& uids, std::set<uint32_t>& gids) {
  switch (principal.kind) {
    case Principal::Kind::kUid: uids.insert(principal.uid); return {};
    case Principal::Kind::kUser: {
      const passwd* found = ::getpwnam(principal.name.c_str());
      if (found == nullptr) return Error{"this host has no user \"" + principal.name + "\""};
      uids.insert(found->pw_uid);
      return {};
    }
    case Principal::Kind::kGroup: {
      const auto gid = find_group(principal.name);
      if (!gid) return Error{"this host has no group \"" + principal.name + "\""};
      gids.insert(*gid);
      return {};
    }
  }
  return {};
}

void look_up(const HubConfig& config, AccessRules& rules, std::vector<std::string>& unknown) {
  for (const auto& principal : config.access.observe) {
    const auto added = add(principal, rules.observe_uids, rules.observe_gids);
    if (!added) unknown.push_back("access.observe: " + added.error());
  }
  for (const auto& principal : config.access.administer) {
    const auto added = add(principal, rules.administer_uids, rules.administer_gids);
    if (!added) unknown.push_back("access.administer: " + added.error());
  }
  for (const auto& rule : config.access.run) {
    RunRule found{.uids = {}, .gids = {}, .labels = rule.labels, .nodes = rule.nodes};
    for (const auto& principal : rule.who) {
      const auto added = add(principal, found.uids, found.gids);
      if (!added) unknown.push_back("access.run: " + added.error());
    }
    rules.run.push_back(std::move(found));
  }
}

}  // namespace

Result<std::optional<gid_t>> socket_group(const HubConfig& config) {
  if (config.socket_group.empty()) return std::optional<gid_t>();
  const auto gid = find_group(config.socket_group);
  // The default group comes with the package; without it root alone may connect.
  if (!gid && config.socket_group != HubConfig().socket_group) {
    return Error{"socket_group: this host has no group \"" + config.socket_group + "\""};
  }
  return gid;
}

Result<AccessRules> look_up_access(const HubConfig& config, std::optional<gid_t> group) {
  AccessRules rules;
  rules.hub_uid = ::geteuid();
  if (group) rules.observe_gids.insert(*group);
  std::vector<std::string> unknown;
  look_up(config, rules, unknown);
  if (!unknown.empty()) return Error{unknown.front()};
  return rules;
}

std::vector<std::string> unknown_names(const HubConfig& config) {
  std::vector<std::string> unknown;
  if (const auto group = socket_group(config); !group) unknown.push_back(group.error());
  AccessRules found;
  look_up(config, found, unknown);
  return unknown;
}

}  // namespace picket::hub
