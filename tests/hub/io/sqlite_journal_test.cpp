#include "hub/io/sqlite_journal.h"

#include <asio/io_context.hpp>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/command.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/loop.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;
using test::run_until;

constexpr int64_t kStartNs = 1'800'000'000'000'000'000;
constexpr int64_t kSecondNs = 1'000'000'000;

struct Disk {
  test::TemporaryFolder folder;
  std::string path = folder / "journal.db";
  test::ManualClock clock{from_unix_ns(kStartNs)};
};

/// One run of a hub's journal on a disk.
struct Run : JournalListener {
  explicit Run(Disk& on, JournalLimits limits = {1U << 30U, 24h * 7}, std::string hub_id = "h1")
      : disk(on) {
    auto opened =
        SqliteJournal::open({on.path, std::move(hub_id), limits}, on.clock, io.get_executor());
    if (!opened) {
      error = opened.error();
      return;
    }
    journal = *std::move(opened);
    journal->set_listener(*this);
  }
  void stored() override { answers.emplace_back("stored"); }
  void refused(const std::string& reason) override { answers.push_back(reason); }

  static JournalEntryPtr entry(uint64_t seq, const std::string& node, std::size_t bytes = 10) {
    auto made = std::make_shared<JournalEntry>();
    made->seq = seq;
    made->node = node;
    made->kind = "ssh.failed";
    made->received = from_unix_ns(kStartNs + static_cast<int64_t>(seq) * kSecondNs);
    made->frame = std::string(bytes, static_cast<char>('a' + seq % 26));
    return made;
  }
  std::string commit(JournalBatch batch) {
    const std::size_t before = answers.size();
    journal->append(std::move(batch));
    REQUIRE(run_until(io, [&] { return answers.size() > before; }));
    return answers.back();
  }
  std::string commit(std::vector<JournalEntryPtr> entries) {
    return commit(JournalBatch{std::move(entries), {}, {}, {}, {}});
  }
  JournalPage read(uint64_t after_seq, std::size_t bytes_max = 100'000) {
    std::optional<JournalPage> page;
    journal->read(after_seq, bytes_max, [&](JournalPage found) { page = std::move(found); });
    REQUIRE(run_until(io, [&] { return page.has_value(); }));
    return *page;
  }
  uint64_t find(int64_t seconds) {
    std::optional<uint64_t> seq;
    journal->find(from_unix_ns(kStartNs + seconds * kSecondNs),
                  [&](uint64_t after) { seq = after; });
    REQUIRE(run_until(io, [&] { return seq.has_value(); }));
    return *seq;
  }

  Disk& disk;
  asio::io_context io;
  std::string error;
  std::unique_ptr<SqliteJournal> journal;
  std::vector<std::string> answers;
};

std::vector<uint64_t> seqs(const JournalPage& page) {
  std::vector<uint64_t> all;
  for (const auto& entry : page.entries) all.push_back(entry->seq);
  return all;
}

using Seqs = std::vector<uint64_t>;

void in_database(const Disk& disk, const std::string& statement) {
  const auto done = test::run({"python3", "-c",
                               "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); "
                               "d.execute(sys.argv[2]); d.commit()",
                               disk.path, statement});
  REQUIRE(done.status == 0);
}

}  // namespace

TEST_CASE("what was stored is read as it was, also by the next run") {
  Disk disk;
  {
    Run run(disk);
    REQUIRE(run.error.empty());
    CHECK(run.journal->last_committed() == 0);
    CHECK(run.commit({Run::entry(100, "web1"), Run::entry(101, "")}) == "stored");
    CHECK(run.commit({Run::entry(105, "web2")}) == "stored");
    CHECK(run.journal->last_committed() == 105);
  }
  Run run(disk);
  CHECK(run.journal->last_committed() == 105);
  const auto page = run.read(99);
  CHECK(seqs(page) == Seqs{100, 101, 105});
  CHECK(page.gaps.empty());
  CHECK(page.at_end);
  CHECK(page.entries[0]->node == "web1");
  CHECK(page.entries[0]->kind == "ssh.failed");
  CHECK(page.entries[0]->frame == Run::entry(100, "")->frame);
  CHECK(page.entries[2]->received == from_unix_ns(kStartNs + 105 * kSecondNs));
  CHECK(seqs(run.read(100, 1)) == Seqs{101});  // one at least, whatever its size
  CHECK_FALSE(run.read(100, 1).at_end);
  const auto before = run.read(5);
  REQUIRE(before.gaps.size() == 1);
  CHECK(before.gaps[0].first_seq == 6);
  CHECK(before.gaps[0].last_seq == 99);
  CHECK(test::mode_of(disk.path) == 0600);
}

TEST_CASE("rows of nodes and positions of logs are those of the last batch that had them") {
  Disk disk;
  const auto position = [](uint64_t offset) {
    NodePosition stored{.node = "web1", .position = {}};
    stored.position.set_source("journald");
    stored.position.set_instance("i");
    stored.position.set_offset(offset);
    stored.position.set_part(UINT32_MAX);
    stored.position.set_at_unix_ns(7);
    return stored;
  };
  {
    Run run(disk);
    run.commit(JournalBatch{{}, {{"web1", "one"}, {"web2", "x"}}, {position(5)}, {}, {}});
    run.commit(JournalBatch{{}, {{"web1", "two"}, {"web2", ""}}, {position(6)}, {}, {}});
  }
  Run run(disk);
  const auto contents = run.journal->contents();
  REQUIRE(contents.nodes.size() == 1);
  CHECK(contents.nodes[0].bytes == "two");
  REQUIRE(contents.positions.size() == 1);
  CHECK(contents.positions[0].position.SerializeAsString() ==
        position(6).position.SerializeAsString());
  auto gone = position(6);
  gone.dropped = true;
  run.commit(JournalBatch{{}, {}, {gone}, {}, {}});
  CHECK(run.journal->contents().positions.empty());
}

TEST_CASE("the starts of the hub are kept, and of very many the latest") {
  Disk disk;
  {
    Run run(disk);
    for (uint64_t start = 1; start <= 1005; ++start) {
      run.commit(
          JournalBatch{{}, {}, {}, {}, HubRun{.stored_before = start, .start_seq = start + 10}});
    }
  }
  Run run(disk);
  const auto runs = run.journal->contents().runs;
  REQUIRE(runs.size() == 1000);
  CHECK(runs.front().stored_before == 6);
  CHECK(runs.front().start_seq == 16);
  CHECK(runs.back().stored_before == 1005);
}

TEST_CASE("positions come back in the order in which they were used") {
  Disk disk;
  const auto position = [](const std::string& instance, uint64_t offset) {
    NodePosition stored{.node = "web1", .position = {}};
    stored.position.set_source("journald");
    stored.position.set_instance(instance);
    stored.position.set_offset(offset);
    return stored;
  };
  {
    Run run(disk);
    run.commit(JournalBatch{{}, {}, {position("b", 1), position("a", 1)}, {}, {}});
    run.commit(JournalBatch{{}, {}, {position("b", 2)}, {}, {}});
  }
  Run run(disk);
  const auto positions = run.journal->contents().positions;
  REQUIRE(positions.size() == 2);
  CHECK(positions[0].position.instance() == "a");
  CHECK(positions[1].position.instance() == "b");
}

TEST_CASE("a time is found as the seq before it") {
  Disk disk;
  Run run(disk);
  CHECK(run.find(5) == 0);
  for (uint64_t seq = 100; seq < 400; seq += 3) run.commit({Run::entry(seq, "web1")});
  CHECK(run.find(0) == 99);
  CHECK(run.find(100) == 99);
  CHECK(run.find(101) == 100);
  CHECK(run.find(250) == 247);
  CHECK(run.find(10'000) == 397);
}

TEST_CASE("what is too old goes, and whoever asks for it is told") {
  Disk disk;
  Run run(disk, {1U << 30U, 60s});
  for (uint64_t seq = 1; seq <= 10; ++seq) run.commit({Run::entry(seq, "web1")});
  disk.clock.advance(65s);
  run.commit({Run::entry(70, "web1")});
  const auto page = run.read(0);
  CHECK(seqs(page) == Seqs{5, 6, 7, 8, 9, 10, 70});
  REQUIRE(page.gaps.size() == 1);
  CHECK(page.gaps[0].last_seq == 4);
  CHECK(run.journal->kept().updates == 7);
  CHECK(run.journal->kept().oldest_seq == 5);
  CHECK(run.find(2) == 0);  // some of it is gone
}

TEST_CASE("T2: when bytes force it, the node that has most loses first, and is named in the gap") {
  Disk disk;
  Run run(disk, {100'000, 24h});
  uint64_t seq = 0;
  for (int i = 0; i < 5; ++i) run.commit({Run::entry(++seq, "quiet", 1000)});
  for (int i = 0; i < 300; ++i) run.commit({Run::entry(++seq, "loud", 1000)});
  CHECK(run.journal->kept().bytes <= 100'000);
  const auto page = run.read(0);
  CHECK(seqs(page)[4] == 5);  // all of the quiet one's
  REQUIRE(page.gaps.size() == 1);
  CHECK(page.gaps[0].node == "loud");
  CHECK(page.gaps[0].last_seq + 1 == page.entries[5]->seq);
  Run next(disk, {50'000, 24h});  // the sums are remembered, and a smaller limit holds at once
  CHECK(next.journal->kept().bytes == run.journal->kept().bytes);
  next.commit({Run::entry(++seq, "quiet", 10)});
  CHECK(next.journal->kept().bytes <= 50'000);
}

TEST_CASE("what was never stored is a gap between what was") {
  Disk disk;
  Run run(disk);
  run.commit({Run::entry(10, "web1")});
  run.commit(JournalBatch{{}, {}, {}, {11, 15}, {}});
  run.commit({Run::entry(16, "web1")});
  const auto first = run.read(9);
  CHECK(seqs(first) == Seqs{10});
  CHECK_FALSE(first.at_end);
  const auto second = run.read(10);
  CHECK(second.entries.empty());
  REQUIRE(second.gaps.size() == 1);
  CHECK(second.gaps[0].first_seq == 11);
  CHECK(second.gaps[0].last_seq == 15);
  CHECK(seqs(run.read(15)) == Seqs{16});
}

TEST_CASE("a full disk refuses a batch whole, and takes it when there is room again") {
  Disk disk;
  Run run(disk);
  run.commit({Run::entry(1, "web1")});
  {
    const test::FileSizeLimit full(64 * 1024);
    const auto answer =
        run.commit(JournalBatch{{Run::entry(2, "web1", 200'000)}, {{"web1", "row"}}, {}, {}, {}});
    CHECK(answer.find("journal.db: ") != std::string::npos);
    CHECK(seqs(run.read(0)) == Seqs{1});
    CHECK(run.journal->contents().nodes.empty());
    CHECK(run.journal->kept().updates == 1);
  }
  CHECK(run.commit({Run::entry(3, "web1", 200'000)}) == "stored");
  CHECK(seqs(run.read(0, 1'000'000)) == Seqs{1, 3});
  CHECK(run.journal->kept().updates == 2);
}

TEST_CASE("a damaged file is put aside, and the hub begins a new one") {
  Disk disk;
  {
    Run(disk).commit({Run::entry(1, "web1")});
  }
  test::write(disk.path, "this is no database, whatever it was before" + std::string(5000, 'x'));
  Run run(disk);
  REQUIRE(run.error.empty());
  CHECK(run.journal->set_aside().find("put aside") != std::string::npos);
  CHECK(test::list(disk.folder.path()).find("journal.db.damaged-") != std::string::npos);
  CHECK(run.commit({Run::entry(9, "web1")}) == "stored");
}

TEST_CASE("damage within the file never becomes a crash loop") {
  Disk disk;
  {
    Run run(disk);
    for (uint64_t seq = 1; seq < 200; ++seq) run.commit({Run::entry(seq, "web1", 3000)});
  }
  const std::string whole = test::read(disk.path);
  std::string damaged = whole;
  for (std::size_t at = 8192; at < damaged.size(); at += 4096) damaged.replace(at, 64, 64, '\xa5');
  test::write(disk.path, damaged);
  // It may be seen at once, or by the first write; after that, by the next start.
  bool works = false;
  for (int start = 0; start < 3 && !works; ++start) {
    Run run(disk);
    works = run.error.empty() && run.commit({Run::entry(1000, "web1")}) == "stored";
  }
  CHECK(works);
}

TEST_CASE("executions are stored by id, come back in the order of their ids, and can go") {
  Disk disk;
  {
    Run run(disk);
    JournalBatch batch;
    batch.executions = {{"b", "running"}, {"a", "ended"}, {"c", "x"}};
    CHECK(run.commit(batch) == "stored");
    batch.executions = {{"b", "ended"}, {"c", ""}};
    CHECK(run.commit(batch) == "stored");
  }
  const auto stored = Run(disk).journal->contents().executions;
  REQUIRE(stored.size() == 2);
  CHECK(stored[0].id == "a");
  CHECK(stored[1].bytes == "ended");
}

TEST_CASE("a database of the release before is brought up to date, and keeps what it holds") {
  Disk disk;
  {
    Run(disk).commit({Run::entry(1, "web1")});
  }
  in_database(disk, "DROP TABLE executions");
  in_database(disk, "PRAGMA user_version=1");
  Run run(disk);
  REQUIRE(run.error.empty());
  CHECK(seqs(run.read(0)) == Seqs{1});
  JournalBatch batch;
  batch.executions = {{"a", "ended"}};
  CHECK(run.commit(batch) == "stored");
}

TEST_CASE("a database of a newer release or of another hub is kept, and says what to do") {
  Disk disk;
  {
    Run(disk).commit({Run::entry(1, "web1")});
  }
  CHECK(Run(disk, {1U << 30U, 24h}, "h2").error.find("is of another hub (h1, not h2)") !=
        std::string::npos);
  in_database(disk, "PRAGMA user_version=99");
  CHECK(Run(disk).error.find("was written by a newer picket-hub") != std::string::npos);
}

TEST_CASE("what waits when the hub stops is stored") {
  Disk disk;
  {
    Run run(disk);
    for (uint64_t seq = 1; seq <= 20; ++seq) {
      run.journal->append(JournalBatch{{Run::entry(seq, "web1")}, {}, {}, {}, {}});
    }
    run.journal->finish();
  }
  CHECK(Run(disk).journal->last_committed() == 20);
}

}  // namespace picket::hub
