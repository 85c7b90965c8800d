// The processes of a simulation: a hub with a journal that delays, forgets and refuses, nodes whose
// users come and go and whose logs grow, clients that check what they are told.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hub/core/hub.h"
#include "node/core/agent.h"
#include "node/core/event_feed.h"
#include "node/core/event_spool.h"
#include "node/core/log_feed.h"
#include "tests/simulation/simulated_executor.h"
#include "tests/simulation/world.h"
#include "tests/support/fake_identities.h"
#include "tests/support/fake_log.h"
#include "tests/support/memory_audit.h"
#include "tests/support/memory_bookmark.h"
#include "tests/support/memory_journal.h"

namespace picket::simulation {

/// The hub's journal: commits late, answers late, keeps `bytes_max` of updates, and is full at
/// times. What a crash finds committed stays, with the state and the positions that were committed
/// with it; the rest is gone.
class SimulatedJournal final : public hub::Journal {
 public:
  /// In told_of(): lines are missing here, and the hub knows it.
  static constexpr int64_t kGap = -1;

  SimulatedJournal(World& world, std::size_t bytes_max);

  void set_listener(hub::JournalListener& listener) override { memory_.set_listener(listener); }
  void append(hub::JournalBatch batch) override { memory_.append(std::move(batch)); }
  void read(uint64_t after_seq, std::size_t bytes_max,
            std::function<void(hub::JournalPage)> done) override {
    memory_.read(after_seq, bytes_max, std::move(done));
  }
  void find(WallTime since, std::function<void(uint64_t)> done) override {
    memory_.find(since, std::move(done));
  }
  hub::JournalKept kept() const override { return memory_.kept(); }
  uint64_t last_committed() const override { return memory_.last_committed(); }

  /// The hub died: answers to it go nowhere, and what was not committed is gone.
  void crash() { ++life_; }
  void set_full(bool full) { memory_.full = full; }
  hub::JournalContents contents() const;

  const std::vector<uint64_t>& all_committed() const { return all_committed_; }
  /// The lines of a node's log whose events were committed, by their number, in their order.
  const std::vector<int64_t>& told_of(const std::string& node) { return told_[node]; }
  /// The same of its local events.
  const std::vector<int64_t>& events_of(const std::string& node) { return events_[node]; }
  /// The rows of executions, as they were stored last.
  std::vector<v1::Execution> executions() const;

 private:
  void later(std::function<void()> action);
  void on_stored(const hub::JournalBatch& batch);
  void on_entry(const hub::JournalEntry& entry);
  void on_execution(const hub::ExecutionRow& row);
  void on_position(const hub::NodePosition& position);

  World& world_;
  test::MemoryJournal memory_;
  uint64_t life_ = 0;  // of the hub; answers of an earlier one are dropped
  SteadyTime last_done_;
  std::vector<uint64_t> all_committed_;
  std::vector<hub::NodePosition> positions_;  // one for each log, the one used latest last
  std::vector<hub::HubRun> runs_;
  std::map<std::string, std::vector<int64_t>> told_;
  std::map<std::string, std::vector<int64_t>> events_;
  std::map<std::string, v1::Execution> executions_;  // by id
};

class SimulatedHub {
 public:
  SimulatedHub(World& world, std::size_t nodes, std::size_t ring_bytes, std::size_t journal_bytes);
  ~SimulatedHub() { crash(); }

  bool up() const { return hub_ != nullptr; }
  void start();
  void crash();
  /// A connection from a node or a client; null when nobody listens.
  std::shared_ptr<Wire> dial(Nanoseconds latency);
  void accept_node(const std::shared_ptr<Wire>& wire, const std::string& name);
  void accept_client(const std::shared_ptr<Wire>& wire);

  hub::Hub& core() { return *hub_; }
  const test::MemoryAudit& audit() const { return audit_; }
  SimulatedJournal journal;

 private:
  World& world_;
  std::size_t ring_bytes_;
  test::FakeIdentities identities_;
  test::MemoryAudit audit_;
  std::unique_ptr<Deadlines> deadlines_;
  std::unique_ptr<hub::Hub> hub_;
  std::vector<std::shared_ptr<Wire>> wires_;
  std::vector<std::shared_ptr<Wire>> client_wires_;  // of these
};

std::string node_name(std::size_t index);

/// The file of a node's spool: writes late; what a crash finds unwritten is gone.
class SimulatedSpoolFile final : public node::EventSpoolFile {
 public:
  explicit SimulatedSpoolFile(World& world) : world_(world) { contents_.instance = "spool"; }
  void append(const std::vector<v1::SpooledEvent>& events, Done done) override;
  void replace(const node::SpoolContents& contents, Done done) override;
  void crash() { ++life_; }
  const node::SpoolContents& contents() const { return contents_; }

 private:
  void later(std::function<void()> action);

  World& world_;
  uint64_t life_ = 0;
  node::SpoolContents contents_;
};

/// An agent with users who come and go, and a log; both outlive it.
class SimulatedNode final : public node::HubLinkObserver, SimulatedExecutor::Agent {
 public:
  SimulatedNode(World& world, SimulatedHub& hub, std::string name);
  ~SimulatedNode() override { crash(); }

  /// Somebody logs in or out; the agent, if it runs, sees it.
  void change();
  /// So many lines more in the log, each with its number.
  void log(uint64_t lines);
  void rotate() { log_.rotate(); }
  /// A program tells an event, if the agent runs; each has its number.
  void tell_event();
  /// Those of which the program was told that they were accepted.
  const std::vector<int64_t>& accepted() const { return accepted_; }
  /// The log's oldest half is no longer kept, whoever has read it.
  void vacuum();
  uint64_t logged() const { return logged_; }
  void crash();
  void start();
  void cut();
  SimulatedExecutor executor;
  const std::string& name() const { return name_; }
  const std::set<std::string>& users() const { return users_; }

  void on_welcome(const v1::Welcome& welcome) override;
  void on_refused(const v1::Refusal& refusal) override;
  void on_renewed(const v1::Renewed& renewed) override;
  void on_closed(const Closed& closed) override;
  void on_executor(v1::ExecutorToAgent message) override;
  void on_executor_lost() override;

  /// Of the link to the hub; null: there is none.
  const std::shared_ptr<Wire>& wire() const { return wire_; }

 private:
  void connect();
  void connect_later();
  void find_executor();
  v1::ResourceValue value() const;
  v1::ResourceValue commands(const v1::Commands& commands) const;

  World& world_;
  SimulatedHub& hub_;
  std::string name_;
  std::set<std::string> users_;
  uint64_t next_user_ = 0;
  uint64_t life_ = 0;
  test::FakeLog log_;
  uint64_t logged_ = 0;
  test::MemoryBookmark bookmark_;
  node::LogFeeds feeds_;
  test::FakeLogHost log_host_;
  SimulatedSpoolFile spool_file_;
  test::MemoryBookmark event_bookmark_;
  int64_t next_event_ = 0;
  std::vector<int64_t> accepted_;
  std::unique_ptr<node::Agent> agent_;
  std::unique_ptr<node::LogFeed> feed_;
  std::unique_ptr<node::EventSpool> spool_;
  std::unique_ptr<node::EventFeed> event_feed_;
  std::unique_ptr<node::ExecutionFeeds> execution_feeds_;
  std::unique_ptr<node::ExecutionFeed> executions_;
  uint32_t untold_ = 0;  // runs that an earlier agent left behind
  std::shared_ptr<Wire> wire_;
};

/// Subscribes, reconnects with its last seq, and keeps a picture of who is on where.
class SimulatedClient {
 public:
  enum class Ceiling { kLive, kDurable };
  SimulatedClient(World& world, SimulatedHub& hub, Ceiling ceiling);
  ~SimulatedClient() {
    if (wire_) wire_->kill(0);
  }

  void cut();
  /// Reads nothing for a while.
  void pause(Nanoseconds duration);

  /// Who is on where, by what it was told.
  const std::map<std::string, std::set<std::string>>& picture() const { return picture_; }
  const std::vector<uint64_t>& seqs() const { return seqs_; }
  uint64_t first_after() const { return first_after_.value_or(0); }
  const std::vector<std::pair<uint64_t, uint64_t>>& missed() const { return missed_; }
  bool durable() const { return ceiling_ == Ceiling::kDurable; }
  /// Position: everything up to here was received or doesn't exist.
  uint64_t seq() const { return seq_; }

 private:
  class Handler;
  void connect();
  void connect_later();
  void on_message(const v1::HubToClient& message);
  void on_update(const v1::Update& update);

  World& world_;
  SimulatedHub& hub_;
  Ceiling ceiling_;
  std::shared_ptr<Wire> wire_;
  std::map<std::string, std::set<std::string>> picture_;
  std::vector<uint64_t> seqs_;
  std::vector<std::pair<uint64_t, uint64_t>> missed_;
  std::optional<uint64_t> first_after_;
  uint64_t seq_ = 0;
  bool live_ = false;
};

}  // namespace picket::simulation
