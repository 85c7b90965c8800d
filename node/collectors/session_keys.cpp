#include "node/collectors/session_keys.h"

#include <unordered_set>
#include <utility>

namespace picket::node {

void SessionKeys::assign(std::vector<MergedSession>& sessions) {
  std::unordered_map<std::string, std::string> published;
  std::unordered_set<std::string> used;
  for (MergedSession& session : sessions) {
    std::string key;
    for (const std::string& candidate : session.keys) {
      const auto known = published_.find(candidate);
      if (known == published_.end() || used.contains(known->second)) continue;
      key = known->second;
      break;
    }
    // A session that parted from the one that holds its best key can't have the same.
    for (auto own = session.keys.begin(); key.empty() && own != session.keys.end(); ++own) {
      if (!used.contains(*own)) key = *own;
    }
    if (key.empty()) key = session.keys.front() + "+" + std::to_string(used.size());
    used.insert(key);
    published[key] = key;
    for (const std::string& candidate : session.keys) published.emplace(candidate, key);
    session.row.set_key(std::move(key));
  }
  published_ = std::move(published);
}

}  // namespace picket::node
