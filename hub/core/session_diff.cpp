#include "hub/core/session_diff.h"

namespace picket::hub {

v1::SessionsChange diff_sessions(const SessionsByKey& before, const SessionsByKey& after) {
  v1::SessionsChange change;
  for (const auto& [key, session] : after) {
    const auto old = before.find(key);
    if (old == before.end()) {
      *change.add_added() = session;
    } else if (old->second.SerializeAsString() != session.SerializeAsString()) {
      *change.add_changed() = session;
    }
  }
  for (const auto& [key, session] : before) {
    if (!after.contains(key)) change.add_removed_keys(key);
  }
  return change;
}

SessionsByKey by_key(const v1::SessionRows& rows) {
  SessionsByKey sessions;
  for (const auto& row : rows.rows()) {
    auto& session = sessions[row.key()];
    session = row;
    session.clear_idle_ms();
  }
  return sessions;
}

}  // namespace picket::hub
