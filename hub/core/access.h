// Who may ask the hub for what. The kernel says who a client is (SO_PEERCRED); hub.toml's [access]
// says what that user or group may do.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace picket::hub {

/// Each includes those before it.
enum class Permission { kNone, kObserve, kAdminister };

/// A client as the kernel describes it.
struct Caller {
  uint32_t uid = 0;
  uint32_t gid = 0;
  std::vector<uint32_t> groups;  // supplementary
};

/// "uid 1000", as in the audit log.
std::string to_string(const Caller& caller);

/// Who may run what where: each of these on each of those. Labels and nodes are globs.
struct RunRule {
  std::set<uint32_t> uids;
  std::set<uint32_t> gids;
  std::vector<std::string> labels;
  std::vector<std::string> nodes;
};

struct AccessRules {
  uint32_t hub_uid = 0;  // the hub's own user administers, as uid 0 does
  std::set<uint32_t> observe_uids;
  std::set<uint32_t> observe_gids;  // the socket's group among them
  std::set<uint32_t> administer_uids;
  std::set<uint32_t> administer_gids;
  std::vector<RunRule> run;
};

class Access {
 public:
  explicit Access(AccessRules rules);
  Permission of(const Caller& caller) const;
  /// Whether the command with this label may be run on this node. Who administers may run all;
  /// nobody may run what can be no label, or on what can be no node's name.
  bool may_run(const Caller& caller, std::string_view label, std::string_view node) const;

 private:
  AccessRules rules_;
};

}  // namespace picket::hub
