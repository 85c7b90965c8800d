// The keys that sessions were published under. A session seen first by a weak source keeps its key
// when a better one catches up a moment later: another key would be a close and an open.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "node/collectors/session_merge.h"

namespace picket::node {

class SessionKeys {
 public:
  /// Sets each row's key: the one it was published under, else its best; and forgets who is gone.
  void assign(std::vector<MergedSession>& sessions);

 private:
  std::unordered_map<std::string, std::string>
      published_;  // by every key that a session could have
};

}  // namespace picket::node
