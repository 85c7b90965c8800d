// What of hub.toml a running hub takes over on SIGHUP: access, limits, retention, dead_after, log
// level. Where it listens and where its state is stay until it is started again.
#pragma once

#include <string>
#include <vector>

#include "common/reload.h"
#include "common/worker.h"
#include "hub/cli/commands.h"
#include "hub/config.h"
#include "hub/core/hub.h"
#include "hub/io/audit_log.h"
#include "hub/io/node_service.h"
#include "hub/io/sqlite_journal.h"

namespace picket::hub {

/// What is in force from now on, or why nothing changes.
struct Reloaded {
  HubConfig config;
  AccessRules access;
  std::vector<std::string> changed;       // keys that are in force now
  std::vector<std::string> need_restart;  // keys that the file has otherwise than they are in force
  std::vector<std::string> errors;        // not empty: nothing else counts
};

/// What of `fresh` a hub that runs with `running` takes over.
HubConfig merge(const HubConfig& running, const HubConfig& fresh);

/// Reads the file again. May block.
Reloaded read_again(const ConfigChoice& choice, const HubConfig& running);

HubSettings settings_of(const HubConfig& config);
AuditLimits audit_limits_of(const HubConfig& config);

class HubReload {
 public:
  /// All outlive this object.
  struct Parts {
    Daemon& daemon;
    Hub& hub;
    NodeService& nodes;
    SqliteJournal& journal;
    AuditLog& audit;
  };
  HubReload(Parts parts, ConfigChoice choice, HubConfig running);

 private:
  void take_over(Reloaded reloaded);
  /// False: it can't be recorded, so it isn't done.
  bool record(const Reloaded& reloaded);

  Parts parts_;
  ConfigChoice choice_;
  HubConfig running_;
  Worker worker_;
  Reload reload_;
};

}  // namespace picket::hub
