// Commands under cuts, crashes and full disks. Whatever happens: no id runs twice, each has one
// end, what is told of an end is what truly happened or that it is lost, and output is told in its
// place, with a count of what is missing.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/actors.h"
#include "tests/simulation/seeds.h"
#include "tests/simulation/simulated_operator.h"
#include "tests/support/catch.h"

namespace picket::simulation {
namespace {

using namespace std::chrono_literals;
using How = v1::ExecutionEnd;

bool is_same(const How& one, const How& other) {
  return one.kind() == other.kind() && one.code() == other.code();
}

class Fleet {
 public:
  Fleet(uint64_t seed, std::size_t nodes, std::size_t operators)
      : world_(seed), hub_(world_, nodes, kRingBytes, kJournalBytes) {
    hub_.start();
    for (std::size_t i = 0; i < nodes; ++i)
      nodes_.push_back(std::make_unique<SimulatedNode>(world_, hub_, node_name(i)));
    for (std::size_t i = 0; i < operators; ++i)
      operators_.push_back(std::make_unique<SimulatedOperator>(world_, hub_));
    world_.run_for(5s);
  }

  World& world() { return world_; }
  SimulatedHub& hub() { return hub_; }
  SimulatedNode& node(std::size_t index) { return *nodes_[index]; }
  SimulatedNode& any_node() { return *nodes_[world_.random.below(nodes_.size())]; }
  SimulatedOperator& client(std::size_t index) { return *operators_[index]; }
  SimulatedOperator& any_client() { return *operators_[world_.random.below(operators_.size())]; }

  void crash(SimulatedNode& node) {
    forgetful_.insert(node.name());
    node.crash();
  }
  void crash_executor(SimulatedNode& node) {
    forgetful_.insert(node.name());
    node.executor.crash();
  }
  void quiet() {
    hub_.journal.set_full(false);
    hub_.start();
    for (auto& node : nodes_) node->start();
    world_.run_for(5min);
  }
  void check() {
    for (const auto& node : nodes_) check_node(*node);
    CHECK(hub_.journal.executions().size() == hub_.core().executions().all().size());
    for (const auto& stored : hub_.journal.executions()) check_stored(stored);
    for (const auto& each : operators_) {
      for (const auto& run : each->runs()) check_told(*run);
    }
    check_audit();
    CHECK(world_.outbox_bytes_seen <= limits::kOutboxBytesMax);
  }
  std::size_t count(How::Kind kind) const {
    const auto all = hub_.journal.executions();
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [&](const v1::Execution& execution) { return execution.end().kind() == kind; }));
  }

 private:
  static constexpr std::size_t kRingBytes = 16 * 1024;
  static constexpr std::size_t kJournalBytes = 64 * 1024 * 1024;

  static void check_node(const SimulatedNode& node) {
    for (const auto& [id, truth] : node.executor.truth()) {
      INFO(node.name() << " " << id);
      CHECK(truth.runs == 1);
    }
    CHECK(node.executor.running() == 0);
  }

  const SimulatedExecutor::Truth* truth_of(const std::string& id) const {
    for (const auto& node : nodes_) {
      const auto found = node->executor.truth().find("h/" + id);
      if (found != node->executor.truth().end()) return &found->second;
    }
    return nullptr;
  }

  void check_end(const std::string& id, const How& end) const {
    const auto* truth = truth_of(id);
    switch (end.kind()) {
      case How::KIND_EXITED:
      case How::KIND_CANCELLED:
        CHECK((truth != nullptr && truth->end && is_same(*truth->end, end)));
        return;
      case How::KIND_REFUSED: CHECK(truth == nullptr); return;
      case How::KIND_LOST: return;
      default: FAIL_CHECK("an end of kind " << end.kind());
    }
  }

  void check_stored(const v1::Execution& stored) {
    INFO(stored.id() << " " << How::Kind_Name(stored.end().kind()) << " " << stored.end().reason());
    CHECK(stored.state() == v1::Execution::STATE_ENDED);
    const auto* known = hub_.core().executions().find(stored.id());
    REQUIRE(known != nullptr);
    CHECK(is_same(known->told.end(), stored.end()));
    CHECK(known->audited);
    check_end(stored.id(), stored.end());
    // Nothing is lost for want of care: a node that has run it, and was never started anew, says
    // so.
    const bool is_given_up = stored.end().reason().starts_with("it did not start");
    if (stored.end().kind() == How::KIND_LOST && !is_given_up &&
        !forgetful_.contains(stored.node()))
      CHECK(truth_of(stored.id()) == nullptr);
  }

  /// Of what was dispatched the audit log has exactly one end each.
  void check_audit() const {
    std::map<std::string, int> ends;
    for (const auto& record : hub_.audit().records) {
      const bool is_begin = record.action == "run.decide" && record.allowed;
      if (!is_begin && record.action != "run.end") continue;
      const auto id = std::ranges::find(record.details, "execution",
                                        &std::pair<std::string, std::string>::first);
      REQUIRE(id != record.details.end());
      ends[id->second] += is_begin ? 0 : 1;
    }
    for (const auto& [id, count] : ends) {
      INFO(id);
      CHECK(count == 1);
    }
  }

  /// The truth, or that it is lost; what one is told, others are told too.
  void check_told(const SimulatedOperator::Followed& run) {
    INFO(run.node << " " << run.id << " " << How::Kind_Name(run.end.kind()));
    CHECK(run.over);
    const auto* known = hub_.core().executions().find(run.id);
    if (run.id.empty() || run.forgot) {
      CHECK(known == nullptr);
      return;
    }
    check_end(run.id, run.end);
    if (run.end.kind() == How::KIND_REFUSED) CHECK(!run.started);
    if (known != nullptr && known->told.end().kind() != How::KIND_LOST &&
        run.end.kind() != How::KIND_LOST)
      CHECK(is_same(known->told.end(), run.end));
    const bool has_output =
        run.end.kind() == How::KIND_EXITED || run.end.kind() == How::KIND_CANCELLED;
    if (has_output) CHECK(run.place + run.missed_at_end == truth_of(run.id)->bytes);
  }

  World world_;
  SimulatedHub hub_;
  std::vector<std::unique_ptr<SimulatedNode>> nodes_;
  std::vector<std::unique_ptr<SimulatedOperator>> operators_;
  std::set<std::string> forgetful_;  // nodes whose agent or executor was killed
};

// ---- At every frame boundary.

using Disturbance = void (*)(Fleet& fleet);

void cut_link(Fleet& fleet) { fleet.node(0).cut(); }
void cut_client(Fleet& fleet) { fleet.client(0).cut(); }
void kill_hub(Fleet& fleet) {
  fleet.hub().crash();
  fleet.world().after(1s, [&fleet] { fleet.hub().start(); });
}
void kill_agent(Fleet& fleet) {
  fleet.crash(fleet.node(0));
  fleet.world().after(1s, [&fleet] { fleet.node(0).start(); });
}
void kill_executor(Fleet& fleet) { fleet.crash_executor(fleet.node(0)); }
void kill_all(Fleet& fleet) {
  kill_executor(fleet);
  kill_agent(fleet);
  kill_hub(fleet);
}

/// Disturbs before the `boundary`th frame between hub and node; false: there were fewer.
bool disturb_at(uint64_t boundary, Disturbance disturb) {
  Fleet fleet(boundary, 1, 2);
  REQUIRE(fleet.node(0).wire() != nullptr);
  uint64_t frames = 0;
  fleet.node(0).wire()->on_delivery = [&](std::size_t /*end*/) {
    if (++frames == boundary) disturb(fleet);
  };
  fleet.client(0).run("node0", SimulatedExecutor::kContinues);
  fleet.client(0).run("node0", SimulatedExecutor::kStops);
  fleet.client(1).run("node0", SimulatedExecutor::kContinues);
  fleet.world().after(2s, [&] { fleet.client(1).cancel_any(); });
  fleet.world().run_for(20s);
  fleet.quiet();
  fleet.check();
  return frames >= boundary;
}

void disturb_everywhere(Disturbance disturb) {
  uint64_t boundary = 1;
  for (; disturb_at(boundary, disturb); ++boundary) INFO("before frame " << boundary);
  CHECK(boundary > 20);
}

// ---- At random.

void disturb(Fleet& fleet, bool full_disks) {
  Random& random = fleet.world().random;
  if (random.one_in(10)) fleet.any_node().cut();
  if (random.one_in(10)) fleet.any_client().cut();
  if (random.one_in(20)) fleet.crash(fleet.any_node());
  if (random.one_in(2)) fleet.any_node().start();
  if (random.one_in(30)) fleet.crash_executor(fleet.any_node());
  if (random.one_in(40)) fleet.hub().crash();
  if (!fleet.hub().up() && random.one_in(3)) fleet.hub().start();
  if (full_disks && random.one_in(10)) fleet.hub().journal.set_full(random.one_in(2));
}

void run_at_random(uint64_t seed, bool full_disks) {
  Fleet fleet(seed, 4, 3);
  Random& random = fleet.world().random;
  for (int step = 0; step < 600; ++step) {
    disturb(fleet, full_disks);
    for (uint64_t n = random.below(3); n > 0; --n) {
      const char* label =
          random.one_in(2) ? SimulatedExecutor::kContinues : SimulatedExecutor::kStops;
      fleet.any_client().run(fleet.any_node().name(), label, random.one_in(4) ? 100 : 0);
    }
    if (random.one_in(4)) fleet.any_client().cancel_any();
    fleet.world().run_for(random.up_to(500ms));
  }
  fleet.quiet();
  fleet.check();
  CHECK(fleet.count(How::KIND_EXITED) > 20);
}

}  // namespace

TEST_CASE("runs whose link is cut before any frame run at most once, and end once") {
  disturb_everywhere(cut_link);
}

TEST_CASE("runs whose client goes away at any frame run at most once, and end once") {
  disturb_everywhere(cut_client);
}

TEST_CASE("runs whose hub is killed at any frame run at most once, and end once") {
  disturb_everywhere(kill_hub);
}

TEST_CASE("runs whose agent is killed at any frame run at most once, and end once") {
  disturb_everywhere(kill_agent);
}

TEST_CASE("runs whose executor is killed at any frame run at most once, and end once") {
  disturb_everywhere(kill_executor);
}

TEST_CASE("runs all of whose processes are killed at any frame run at most once, and end once") {
  disturb_everywhere(kill_all);
}

TEST_CASE("in calm weather no run is lost or refused") {
  for_each_seed([](uint64_t seed) {
    Fleet fleet(seed, 4, 3);
    for (int n = 0; n < 100; ++n) {
      fleet.any_client().run(fleet.any_node().name(), SimulatedExecutor::kContinues);
      if (n % 4 == 0) fleet.any_client().cancel_any();
      fleet.world().run_for(fleet.world().random.up_to(1s));
    }
    fleet.quiet();
    fleet.check();
    CHECK(fleet.count(How::KIND_LOST) == 0);
    CHECK(fleet.count(How::KIND_REFUSED) == 0);
    CHECK(fleet.count(How::KIND_EXITED) + fleet.count(How::KIND_CANCELLED) == 100);
  });
}

TEST_CASE("runs under cuts and restarts run at most once, and end once") {
  for_each_seed([](uint64_t seed) { run_at_random(seed, false); });
}

TEST_CASE("runs under cuts, restarts and full disks run at most once, and end once") {
  for_each_seed([](uint64_t seed) { run_at_random(seed, true); });
}

}  // namespace picket::simulation
