// Which ids have been run, so that none runs twice. Pure.
#pragma once

#include <deque>
#include <string>
#include <unordered_set>

#include "common/clock.h"

namespace picket::node {

class Ledger {
 public:
  bool contains(const std::string& id) const { return ids_.contains(id); }
  /// False: there is no room but that of ids that are too young to be forgotten.
  bool make_room(SteadyTime now);
  void add(const std::string& id, SteadyTime now);
  std::size_t size() const { return ids_.size(); }

 private:
  struct Entry {
    const std::string* id = nullptr;  // in ids_
    SteadyTime since;
  };
  void forget_oldest();

  std::unordered_set<std::string> ids_;
  std::deque<Entry> by_age_;
};

}  // namespace picket::node
