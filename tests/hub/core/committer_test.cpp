#include "hub/core/committer.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/virtual_clock.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;

/// A journal that answers when the test says so.
struct ManualJournal final : Journal {
  void set_listener(JournalListener& to) override { listener = &to; }
  void append(JournalBatch batch) override { batches.push_back(std::move(batch)); }
  void read(uint64_t, std::size_t, std::function<void(JournalPage)>) override {}
  void find(WallTime, std::function<void(uint64_t)>) override {}
  JournalKept kept() const override { return {}; }
  uint64_t last_committed() const override { return 0; }
  JournalListener* listener = nullptr;
  std::vector<JournalBatch> batches;
};

struct Fixture {
  void add(uint64_t seq) {
    auto entry = std::make_shared<JournalEntry>();
    entry->seq = seq;
    committer.add({.entries = {entry}});
  }
  void advance(Nanoseconds duration) {
    clock.advance(duration);
    deadlines.run_due(clock.steady());
  }
  static NodePosition at(uint64_t offset) {
    NodePosition position{.node = "web1", .position = {}};
    position.position.set_source("journald");
    position.position.set_offset(offset);
    return position;
  }

  test::VirtualClock clock;
  Deadlines deadlines;
  ManualJournal journal;
  std::vector<std::string> told;
  Committer committer{
      journal,
      clock,
      deadlines,
      HubRun{.stored_before = 1, .start_seq = 10},
      {.node = [](const std::string& node) { return "row of " + node; },
       .execution = [](const std::string& id) { return "run " + id; }},
      {.stored = [this](uint64_t s) { told.push_back("stored " + std::to_string(s)); },
       .position_stored =
           [this](const NodePosition& p) {
             told.push_back("position " + std::to_string(p.position.offset()));
           },
       .position_unstored =
           [this](const NodePosition& p) {
             told.push_back("no position " + std::to_string(p.position.offset()));
           },
       .execution_stored = [this](const std::string& id) { told.push_back("run " + id); },
       .unstored = [this](uint64_t s) { told.push_back("lost " + std::to_string(s)); },
       .storing_changed =
           [this](bool storing, const std::string& why) {
             told.push_back(storing ? "storing" : "not storing: " + why);
           }}};
};

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("updates are stored in one batch 5 ms after the first, with the rows that they changed") {
  Fixture f;
  f.add(1);
  f.committer.add({.entries = {}, .node = "web1"});
  f.add(2);
  f.committer.add({.entries = {}, .node = "web1"});
  f.committer.add({.entries = {}, .position = Fixture::at(7)});
  f.committer.add({.entries = {}, .position = Fixture::at(9)});
  f.advance(limits::kCommitDelay - 1ns);
  CHECK(f.journal.batches.empty());
  f.advance(1ns);
  REQUIRE(f.journal.batches.size() == 1);
  CHECK(f.journal.batches[0].entries.size() == 2);
  REQUIRE(f.journal.batches[0].nodes.size() == 1);
  CHECK(f.journal.batches[0].nodes[0].bytes == "row of web1");
  REQUIRE(f.journal.batches[0].positions.size() == 1);
  CHECK(f.journal.batches[0].positions[0].position.offset() == 9);
  CHECK(f.told.empty());
  f.journal.listener->stored();
  CHECK(f.told == Told{"stored 2", "position 9"});
}

TEST_CASE("where this run began is stored with the first that is stored, and once") {
  Fixture f;
  f.add(11);
  f.advance(limits::kCommitDelay);
  REQUIRE(f.journal.batches.at(0).run);
  CHECK(f.journal.batches[0].run->start_seq == 10);
  f.journal.listener->refused("full");
  f.advance(limits::kStoreRetry);
  REQUIRE(f.journal.batches.at(1).run);
  f.journal.listener->stored();
  f.add(12);
  f.advance(limits::kCommitDelay);
  CHECK_FALSE(f.journal.batches.at(2).run);
}

TEST_CASE("of each log of many nodes the latest position is stored, in the order of the first") {
  constexpr uint64_t kNodes = 5000;
  Fixture f;
  const auto add = [&](uint64_t log, uint64_t offset) {
    auto position = Fixture::at(offset);
    position.node = "node" + std::to_string(kNodes - log / 2);
    position.position.set_instance("instance" + std::to_string(log % 2));
    f.committer.add({.entries = {}, .position = position});
  };
  const auto offsets = [&](std::size_t batch) {
    std::vector<uint64_t> found;
    for (const auto& stored : f.journal.batches.at(batch).positions)
      found.push_back(stored.position.offset());
    return found;
  };
  const auto numbers = [](uint64_t first, uint64_t count) {
    std::vector<uint64_t> all(count);
    std::iota(all.begin(), all.end(), first);
    return all;
  };
  constexpr uint64_t kLogs = 2 * kNodes;
  for (uint64_t log = 0; log < kLogs; ++log) add(log, 1 + log);
  for (uint64_t log = kLogs; log-- > 0;) add(log, 100'000 + log);
  f.advance(limits::kCommitDelay);
  CHECK(offsets(0) == numbers(100'000, kLogs));
  for (uint64_t log = kLogs / 2; log < kLogs; ++log) add(log, 200'000 + log);
  f.journal.listener->stored();
  f.advance(limits::kCommitDelay);
  CHECK(offsets(1) == numbers(200'000 + kLogs / 2, kLogs / 2));
  CHECK(f.told.size() == kLogs);
}

TEST_CASE("a row that goes is not forgotten while the journal refuses") {
  Fixture f;
  f.add(11);
  f.advance(limits::kCommitDelay);
  f.journal.listener->refused("full");
  auto gone = Fixture::at(7);
  gone.dropped = true;
  f.committer.add({.entries = {}, .position = gone});
  f.advance(limits::kStoreRetry);
  REQUIRE(f.journal.batches.at(1).positions.size() == 1);
  f.journal.listener->refused("full");
  f.advance(limits::kStoreRetry);
  REQUIRE(f.journal.batches.at(2).positions.size() == 1);
  CHECK(f.journal.batches[2].positions[0].dropped);
}

TEST_CASE("why the journal refused last is known until it stores again") {
  Fixture f;
  CHECK(f.committer.refusal().empty());
  f.add(11);
  f.advance(limits::kCommitDelay);
  f.journal.listener->refused("full");
  CHECK(f.committer.refusal() == "full");
  f.advance(limits::kStoreRetry);
  f.journal.listener->refused("read-only");
  CHECK(f.committer.refusal() == "read-only");
  f.advance(limits::kStoreRetry);
  CHECK(f.committer.refusal() == "read-only");
  f.journal.listener->stored();
  CHECK(f.committer.refusal().empty());
}

TEST_CASE("a full batch does not wait, one less does, and one batch is on its way at a time") {
  Fixture f;
  uint64_t seq = 0;
  while (seq < limits::kCommitUpdatesMax - 1) f.add(++seq);
  CHECK(f.journal.batches.empty());
  f.add(++seq);
  CHECK(f.journal.batches.size() == 1);
  for (int i = 0; i < 1000; ++i) f.add(++seq);
  f.advance(1s);
  CHECK(f.journal.batches.size() == 1);
  f.journal.listener->stored();
  REQUIRE(f.journal.batches.size() == 2);  // at once: it is more than a full one
  CHECK(f.journal.batches[1].entries.size() == 1000);
}

TEST_CASE(
    "what is refused is told as lost, from then on so is all else, until the journal stores "
    "again") {
  Fixture f;
  f.add(1);
  f.committer.add({.entries = {}, .node = "web1"});
  f.committer.add({.entries = {}, .position = Fixture::at(7)});
  f.advance(limits::kCommitDelay);
  f.add(2);
  f.journal.listener->refused("the disk is full");
  CHECK(f.told == Told{"lost 1", "lost 2", "no position 7", "not storing: the disk is full"});
  CHECK_FALSE(f.committer.storing());
  f.told.clear();
  f.add(3);
  f.committer.add({.entries = {}, .position = Fixture::at(8)});
  CHECK(f.told == Told{"lost 3", "no position 8"});
  f.advance(limits::kStoreRetry);
  REQUIRE(f.journal.batches.size() == 2);
  CHECK(f.journal.batches[1].entries.empty());
  CHECK(f.journal.batches[1].nodes.size() == 1);  // the row is still to be stored
  CHECK(f.journal.batches[1].unstored.first_seq == 1);
  CHECK(f.journal.batches[1].unstored.last_seq == 3);
  f.told.clear();
  f.add(4);  // while that is on its way
  f.journal.listener->stored();
  CHECK(f.told == Told{"lost 4", "stored 3", "storing"});
  f.add(5);
  f.advance(limits::kCommitDelay);
  REQUIRE(f.journal.batches.size() == 3);
  CHECK(f.journal.batches[2].unstored.first_seq == 4);
  CHECK(f.journal.batches[2].unstored.last_seq == 4);
  CHECK(f.journal.batches[2].entries.size() == 1);
}

TEST_CASE("a journal that goes on refusing is asked again every two seconds") {
  Fixture f;
  f.add(1);
  f.advance(limits::kCommitDelay);
  for (std::size_t round = 1; round < 5; ++round) {
    REQUIRE(f.journal.batches.size() == round);
    f.journal.listener->refused("full");
    f.advance(limits::kStoreRetry - 1ns);
    CHECK(f.journal.batches.size() == round);
    f.advance(1ns);
  }
  CHECK(std::count(f.told.begin(), f.told.end(), "not storing: full") == 1);
}

TEST_CASE("the row of an execution is stored as it is then, and told when it is") {
  Fixture f;
  f.committer.add({.entries = {}, .execution = "e1"});
  f.committer.add({.entries = {}, .execution = "e1"});
  f.advance(limits::kCommitDelay);
  REQUIRE(f.journal.batches.size() == 1);
  REQUIRE(f.journal.batches[0].executions.size() == 1);
  CHECK(f.journal.batches[0].executions[0].bytes == "run e1");
  f.journal.listener->refused("full");
  CHECK(f.told == Told{"not storing: full"});
  f.advance(limits::kStoreRetry);
  REQUIRE(f.journal.batches.size() == 2);
  CHECK(f.journal.batches[1].executions.size() == 1);
  f.journal.listener->stored();
  CHECK(std::ranges::count(f.told, "run e1") == 1);
}

}  // namespace picket::hub
