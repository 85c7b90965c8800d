// Who may ask the hub for what. The kernel says who a client is (SO_PEERCRED); hub.toml's [access]
// says what that user or group may do.
#pragma once

#include <cstdint>
#include <set>
#include <string>
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

struct AccessRules {
  uint32_t hub_uid = 0;  // the hub's own user administers, as uid 0 does
  std::set<uint32_t> observe_uids;
  std::set<uint32_t> observe_gids;  // the socket's group among them
  std::set<uint32_t> administer_uids;
  std::set<uint32_t> administer_gids;
};

class Access {
 public:
  explicit Access(AccessRules rules);
  Permission of(const Caller& caller) const;

 private:
  AccessRules rules_;
};

}  // namespace picket::hub
