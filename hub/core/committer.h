// Groups what is to be stored: updates, the rows of nodes that they changed and the positions of
// logs go to the journal in one batch, one batch at a time. What a full disk refuses is told as
// unstored; from then on nothing is queued for it until a batch is stored again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/deadlines.h"
#include "hub/core/journal.h"
#include "hub/core/latest_positions.h"

namespace picket::hub {

class Committer final : public JournalListener {
 public:
  struct Events {
    /// Everything up to `seq` is stored, but for what was told as unstored.
    std::function<void(uint64_t seq)> stored;
    std::function<void(const NodePosition& position)> position_stored;
    std::function<void(const NodePosition& position)> position_unstored;
    std::function<void(const std::string& id)> execution_stored;
    /// The update will never be stored.
    std::function<void(uint64_t seq)> unstored;
    /// The journal refuses from now on, and why; or it stores again.
    std::function<void(bool storing, const std::string& reason)> storing_changed;
  };
  /// Rows as they are now, of a node and of an execution; no bytes: there is none.
  using Encode = std::function<std::string(const std::string& key)>;
  struct Rows {
    Encode node;
    Encode execution;
  };

  /// `run` is stored with the first that is stored.
  Committer(Journal& journal, const Clock& clock, Deadlines& deadlines, HubRun run, Rows rows,
            Events events);
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;
  ~Committer() override;

  /// What belongs together, so that no crash parts it: updates with rising seq, the node whose row
  /// they changed (empty: none), and how far a log is known with them.
  struct Changes {
    std::vector<JournalEntryPtr> entries;
    std::string node = {};
    std::optional<NodePosition> position = {};
    std::string execution = {};  // whose row they changed
  };
  /// If it can't be stored, says so at once.
  void add(Changes changes);

  bool storing() const { return storing_; }
  /// Why the journal refused last; empty while it stores.
  const std::string& refusal() const { return refusal_; }
  /// Hands what waits to the journal now: the hub stops.
  void flush();

  void stored() override;
  void refused(const std::string& reason) override;

 private:
  struct Stored {  // what to say once the batch is stored
    uint64_t last_seq = 0;
    std::vector<uint64_t> seqs;
    std::vector<std::string> nodes;
    std::vector<NodePosition> positions;
    std::set<std::string> executions;
    uint64_t unstored_through = 0;
  };
  void commit_soon();
  void commit();
  void give_up(uint64_t seq);
  void give_up(NodePosition position);
  void arm(Nanoseconds delay);
  bool has_work() const;

  Journal& journal_;
  const Clock& clock_;
  Deadlines& deadlines_;
  Rows rows_;
  Events events_;
  JournalBatch batch_;                // waits, but for
  LatestPositions positions_;         // these
  std::set<std::string> changed_;     // nodes whose row waits
  std::set<std::string> executions_;  // likewise
  std::optional<HubRun> run_;         // until it is stored
  std::optional<Stored> in_flight_;   // handed to the journal, not answered
  std::optional<Deadlines::Id> timer_;
  bool storing_ = true;
  std::string refusal_;
};

}  // namespace picket::hub
