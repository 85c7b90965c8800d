#include "hub/core/refreshes.h"

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

void Refreshes::start(const std::vector<std::string>& nodes, const std::string& resource,
                      std::function<void()> done) {
  auto round = std::make_shared<Round>();
  round->done = std::move(done);
  const uint64_t id = ++last_id_;
  std::vector<std::string> asked;
  for (const auto& node : nodes) {
    NodeLink* link = links_.find(node);
    if (link != nullptr && link->knows(resource)) asked.push_back(node);
  }
  if (asked.empty()) return round->finish();
  round->waiting = asked.size();
  for (const auto& node : asked) {
    links_.find(node)->refresh(id, resource, [this, round] {
      if (--round->waiting > 0) return;
      deadlines_.cancel(round->deadline);
      round->finish();
    });
  }
  round->deadline =
      deadlines_.at(clock_.steady() + limits::kRefreshTimeout, [this, round, asked, id] {
        for (const auto& node : asked) {
          if (NodeLink* link = links_.find(node)) link->drop_refresh(id);
        }
        round->finish();
      });
}

}  // namespace picket::hub
