// Eight nodes, a hub and clients under cuts, delays, silence, restarts and full disks. After quiet
// the hub must show what is true on the nodes and have each line of their logs once, in order, or a
// gap, and each of their local events once; and each client must have been told everything once, in
// order.
#include <algorithm>
#include <cstdint>
#include <string>

#include "tests/simulation/actors.h"
#include "tests/simulation/seeds.h"
#include "tests/support/catch.h"

namespace picket::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kNodes = 8;

struct Scenario {
  bool cuts = true;
  bool hub_restarts = true;
  bool node_restarts = true;
  bool slow_clients = true;
  std::size_t ring_bytes = 16 * 1024;
  bool full_disks = false;
  bool vacuums = false;
  std::size_t journal_bytes = 256 * 1024 * 1024;
};

class Simulation {
 public:
  Simulation(uint64_t seed, Scenario scenario)
      : world_(seed),
        scenario_(scenario),
        hub_(world_, kNodes, scenario.ring_bytes, scenario.journal_bytes) {
    hub_.start();
    for (std::size_t i = 0; i < kNodes; ++i) {
      nodes_.push_back(std::make_unique<SimulatedNode>(world_, hub_, node_name(i)));
    }
    for (int i = 0; i < 4; ++i) {
      const auto ceiling =
          i % 2 == 0 ? SimulatedClient::Ceiling::kLive : SimulatedClient::Ceiling::kDurable;
      clients_.push_back(std::make_unique<SimulatedClient>(world_, hub_, ceiling));
    }
  }

  void run() {
    for (int step = 0; step < 400; ++step) {
      disturb();
      for (auto& node : nodes_) {
        for (uint64_t n = world_.random.below(4); n > 0; --n) node->change();
        for (uint64_t n = world_.random.below(3); n > 0; --n) node->tell_event();
        node->log(world_.random.one_in(1000) ? 2500 : world_.random.below(4));
      }
      world_.run_for(world_.random.up_to(500ms));
    }
    hub_.journal.set_full(false);
    hub_.start();
    for (auto& node : nodes_) node->start();
    world_.run_for(2min);
  }

  void check() {
    for (const auto& node : nodes_) {
      const auto* record = hub_.core().state().find(node->name());
      REQUIRE(record != nullptr);
      CHECK(record->state == v1::NodeSummary::STATE_CONNECTED);
      CHECK(keys(record->resources.at("sessions").sessions) == node->users());
      for (const auto& client : clients_) {
        INFO((client->durable() ? "durable" : "live")
             << " client " << client << " of " << node->name());
        CHECK(picture_of(*client, node->name()) == node->users());
      }
      check_log(*node);
      // Each that was accepted, once, in order, and none that wasn't.
      CHECK(hub_.journal.events_of(node->name()) == node->accepted());
      CHECK(node->accepted().size() > 50);
    }
    const auto& seqs = hub_.journal.all_committed();
    CHECK(std::adjacent_find(seqs.begin(), seqs.end(), std::greater_equal<>()) == seqs.end());
    for (const auto& client : clients_) check_told(*client);
    CHECK(world_.outbox_bytes_seen <= limits::kOutboxBytesMax);
    CHECK(world_.events.size() < 100);
    CHECK(hub_.core().publisher().subscriptions() == clients_.size());
  }

 private:
  void disturb() {
    auto& random = world_.random;
    if (scenario_.cuts && random.one_in(4)) nodes_[random.below(kNodes)]->cut();
    if (scenario_.cuts && random.one_in(6)) clients_[random.below(clients_.size())]->cut();
    if (scenario_.slow_clients && random.one_in(6))
      clients_[random.below(clients_.size())]->pause(random.up_to(20s));
    if (scenario_.node_restarts && random.one_in(8)) {
      auto& node = *nodes_[random.below(kNodes)];
      node.crash();
      if (random.one_in(2)) node.start();
    }
    if (scenario_.node_restarts && random.one_in(4)) nodes_[random.below(kNodes)]->start();
    if (scenario_.hub_restarts && random.one_in(25)) hub_.crash();
    if (!hub_.up() && random.one_in(3)) hub_.start();
    if (scenario_.full_disks && random.one_in(10)) hub_.journal.set_full(random.one_in(2));
    if (random.one_in(10)) nodes_[random.below(kNodes)]->rotate();
    if (scenario_.vacuums && random.one_in(10)) nodes_[random.below(kNodes)]->vacuum();
  }

  /// Each line once and in order; what is missing is told where it is missing.
  void check_log(const SimulatedNode& node) {
    int64_t last = -1;
    int64_t wrong = 0;
    bool gap = true;  // before the first that was stored nothing is promised
    for (const int64_t line : hub_.journal.told_of(node.name())) {
      if (line == SimulatedJournal::kGap) {
        gap = true;
        continue;
      }
      const bool follows = line == last + 1 || (gap && line > last);
      if (!follows) UNSCOPED_INFO(node.name() << ": line " << line << " after " << last);
      wrong += follows ? 0 : 1;
      gap = false;
      last = line;
    }
    CHECK(wrong == 0);
    CHECK(last == static_cast<int64_t>(node.logged()) - 1);
    if (!scenario_.vacuums) CHECK(hub_.journal.told_of(node.name()).size() == node.logged());
  }

  static std::set<std::string> keys(const hub::RowsByKey<v1::Session>& sessions) {
    std::set<std::string> result;
    for (const auto& [key, session] : sessions) result.insert(key);
    return result;
  }
  static std::set<std::string> picture_of(const SimulatedClient& client, const std::string& node) {
    const auto found = client.picture().find(node);
    return found == client.picture().end() ? std::set<std::string>() : found->second;
  }

  /// No hole, nothing twice, nothing invented.
  void check_told(const SimulatedClient& client) {
    const auto& told = client.seqs();
    CHECK(std::adjacent_find(told.begin(), told.end(), std::greater_equal<>()) == told.end());
    CHECK(told.size() > 100);
    const std::set<uint64_t> received(told.begin(), told.end());
    const auto& committed = hub_.journal.all_committed();
    if (client.durable()) {
      CHECK(std::includes(committed.begin(), committed.end(), received.begin(), received.end()));
    }
    std::size_t holes = 0;
    for (const uint64_t seq : committed) {
      const bool expected = seq > client.first_after() && !is_missed(client, seq);
      if (expected && !received.contains(seq)) ++holes;
    }
    CHECK(holes == 0);
  }
  static bool is_missed(const SimulatedClient& client, uint64_t seq) {
    return std::any_of(client.missed().begin(), client.missed().end(), [&](const auto& range) {
      return seq >= range.first && seq <= range.second;
    });
  }

  World world_;
  Scenario scenario_;
  SimulatedHub hub_;
  std::vector<std::unique_ptr<SimulatedNode>> nodes_;
  std::vector<std::unique_ptr<SimulatedClient>> clients_;
};

void run_seeds(const Scenario& scenario) {
  for_each_seed([&](uint64_t seed) {
    Simulation simulation(seed, scenario);
    simulation.run();
    simulation.check();
  });
}

}  // namespace

TEST_CASE("in calm weather hub and clients show what is true on the nodes") {
  run_seeds({.cuts = false, .hub_restarts = false, .node_restarts = false, .slow_clients = false});
}

TEST_CASE("cut and silent links, restarted agents and slow clients leave no hole and no error") {
  run_seeds({.hub_restarts = false});
}

TEST_CASE("a hub that dies and forgets repeats no seq and leaves no silent hole") { run_seeds({}); }

TEST_CASE("a disk that is full at times loses no line of a log, and hides nothing from clients") {
  run_seeds({.full_disks = true});
}

TEST_CASE("what a log no longer keeps is told as a gap, where it is missing") {
  run_seeds({.full_disks = true, .vacuums = true});
}

TEST_CASE("a client so slow that the journal no longer keeps its place is told what it missed") {
  run_seeds({.journal_bytes = 16 * 1024});
}

}  // namespace picket::simulation
