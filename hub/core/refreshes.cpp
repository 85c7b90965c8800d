#include "hub/core/refreshes.h"

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "common/limits.h"

namespace picket::hub {

/// One call of start(): shared by the answers and the deadline, whichever come.
struct Refreshes::Round {
  std::size_t waiting = 0;
  std::function<void()> done;
  Deadlines::Id deadline = 0;

  void finish() {
    if (done) std::exchange(done, nullptr)();
  }
};

void Refreshes::start(const std::vector<std::string>& nodes, std::function<void()> done) {
  auto round = std::make_shared<Round>();
  round->done = std::move(done);
  const auto answered = [this, round] {
    if (--round->waiting > 0) return;
    deadlines_.cancel(round->deadline);
    round->finish();
  };
  std::map<std::string, std::vector<uint64_t>> asked;  // ids, by node
  for (const auto& node : nodes) {
    NodeLink* link = links_.find(node);
    if (link == nullptr) continue;
    for (const auto& resource : link->resources()) {
      ++round->waiting;
      asked[node].push_back(++last_id_);
      link->refresh(last_id_, resource, answered);
    }
  }
  if (asked.empty()) return round->finish();
  round->deadline = deadlines_.at(clock_.steady() + limits::kRefreshTimeout,
                                  [this, round, asked = std::move(asked)] {
                                    for (const auto& [node, ids] : asked) {
                                      NodeLink* link = links_.find(node);
                                      for (const uint64_t id : ids) {
                                        if (link != nullptr) link->drop_refresh(id);
                                      }
                                    }
                                    round->finish();
                                  });
}

}  // namespace picket::hub
