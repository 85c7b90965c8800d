// The hub's configuration, /etc/picket/hub.toml. Every key has a default; deploy/examples/hub.toml
// is made from describe().
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/address.h"
#include "common/clock.h"
#include "common/config.h"
#include "common/limits.h"
#include "common/log.h"

namespace picket::hub {

/// Whom a line of [access] means. Names are looked up by the hub, not here.
struct Principal {
  enum class Kind { kUid, kUser, kGroup };
  Kind kind = Kind::kUid;
  uint32_t uid = 0;  // of kUid
  std::string name;  // of kUser and kGroup

  bool operator==(const Principal&) const = default;
};

/// "192.0.2.1:9992", "*"; not a name: which of its addresses would be meant?
Result<HostPort> parse_listen_address(std::string_view text);

/// "uid:1000", "user:alice", "alice" (a user), "group:admins"
Result<Principal> parse_principal(std::string_view text);
std::string to_string(const Principal& principal);

/// Who may run which commands on which nodes, both as globs.
struct RunConfig {
  std::vector<Principal> who;
  std::vector<std::string> labels;
  std::vector<std::string> nodes;

  bool operator==(const RunConfig&) const = default;
};

struct AccessConfig {
  std::vector<Principal> observe;
  std::vector<Principal> administer;
  std::vector<RunConfig> run;
};

struct HubConfig {
  std::vector<HostPort> listen = {{"*", kDefaultPort}};
  std::string socket = "/run/picket/hub.sock";
  std::string socket_group = "picket";  // empty: the hub's own
  std::string state_folder = "/var/lib/picket-hub";
  Milliseconds dead_after = limits::kDeadAfter;
  std::optional<Milliseconds> forget_after;  // none: never
  Milliseconds token_validity = limits::kTokenValidity;
  std::map<std::string, std::string> people;  // whose key, by fingerprint
  AccessConfig access;
  uint64_t journal_bytes_max = limits::kJournalBytesMax;
  Milliseconds journal_age_max = limits::kJournalAgeMax;
  uint64_t audit_bytes_max = limits::kAuditFileBytesMax;
  int64_t audit_files_kept = limits::kAuditFilesKept;
  log::Level log_level = log::Level::kInfo;
};

inline constexpr std::string_view kConfigPath = "/etc/picket/hub.toml";

/// Binds the keys to `config`, which must outlive the description.
config::Description describe(HubConfig& config);

}  // namespace picket::hub
