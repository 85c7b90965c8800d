// Which session was opened with whose key: sshd's line and the session come on ways of their own,
// in any order, and have the same process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "common/clock.h"
#include "hub/core/row_diff.h"
#include "picket/v1/model.pb.h"

namespace picket::hub {

/// Logins by key of one node whose session was not seen yet, the latest few hundred.
class KeyLogins {
 public:
  /// `at`: by the node's clock, as the session's beginning will be.
  void add(uint32_t pid, WallTime at, std::string key_name);
  /// The name of the key that opened the session, once; empty: not known.
  std::string take(const v1::Session& session);

 private:
  struct Login {
    uint32_t pid;
    WallTime at;
    std::string key_name;
  };
  std::deque<Login> logins_;
};

/// The key of the session that this login has opened, if it is there and has no name yet; empty:
/// none. Process ids come again: only a session of the same minute counts.
std::string session_of(const RowsByKey<v1::Session>& sessions, uint32_t pid, WallTime at);

}  // namespace picket::hub
