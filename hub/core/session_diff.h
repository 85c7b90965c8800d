// Compares two values of the sessions of one node by key.
#pragma once

#include <map>
#include <string>

#include "picket/v1/model.pb.h"

namespace picket::hub {

using SessionsByKey = std::map<std::string, v1::Session>;

/// What turns `before` into `after`. What only a refresh brings (idle times) doesn't count.
v1::SessionsChange diff_sessions(const SessionsByKey& before, const SessionsByKey& after);

inline bool is_empty(const v1::SessionsChange& change) {
  return change.added_size() == 0 && change.changed_size() == 0 && change.removed_keys_size() == 0;
}

/// By key, without what only a refresh brings. Of two rows with one key the later counts.
SessionsByKey by_key(const v1::SessionRows& rows);

}  // namespace picket::hub
