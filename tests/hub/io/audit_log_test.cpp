// The audit log of a running hub: what is recorded without waiting, what happens when the disk
// fails, and reading it meanwhile.
#include "hub/io/audit_log.h"

#include <unistd.h>

#include <asio/io_context.hpp>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/audit_verify.h"
#include "tests/support/catch.h"
#include "tests/support/loop.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;
using test::run_until;

constexpr int64_t kStartNs = 1'800'000'000'000'000'000;

AuditRecord run_of(const std::string& label) {
  return {"uid 1000", "run.request", label, true, "accepted", {}};
}

// A disk whose syncs can fail, and a hub's log on it.
struct Rig {
  explicit Rig(AuditLimits limits = {}) {
    auto opened = AuditFile::open(path, clock, limits, [this](int file) {
      ++syncs;
      if (failing) {
        errno = EIO;
        return -1;
      }
      return ::fdatasync(file);
    });
    REQUIRE(opened);
    log.emplace(*std::move(opened), clock, deadlines, io.get_executor());
  }
  void advance(Nanoseconds by) {
    clock.advance(by);
    deadlines.run_due(clock.steady());
  }
  std::string text() const { return test::read(path); }
  uint64_t verified() const {
    const auto summary = verify_audit_log(path);
    CAPTURE(summary ? "" : summary.error());
    REQUIRE(summary);
    return summary->records;
  }

  test::TemporaryFolder folder;
  std::string path = folder / "audit.jsonl";
  test::ManualClock clock{from_unix_ns(kStartNs)};
  Deadlines deadlines;
  asio::io_context io{1};
  std::atomic<int> syncs = 0;
  std::atomic<bool> failing = false;
  std::optional<AuditLog> log;
};

// All that is read, page by page, and the most lines of a page.
struct Read {
  std::vector<std::string> lines;
  std::size_t pages = 0;
  std::string trouble;
};

Read read_all(Rig& rig, WallTime since = {}, const std::function<void()>& between = [] {}) {
  const auto reading = rig.log->read(since);
  Read all;
  for (bool at_end = false; !at_end;) {
    std::optional<AuditPage> page;
    reading->next([&](AuditPage got) { page = std::move(got); });
    REQUIRE_FALSE(page);  // never from within
    REQUIRE(run_until(rig.io, [&] { return page.has_value(); }));
    for (auto& line : page->lines) all.lines.push_back(std::move(line));
    all.trouble = page->trouble;
    at_end = page->at_end || !page->trouble.empty();
    ++all.pages;
    between();
  }
  return all;
}

}  // namespace

TEST_CASE("what is recorded soon is in the file at once, and synced within 100 ms by the helper") {
  Rig rig;
  CHECK(rig.log->record(run_of("first")));
  const int before = rig.syncs;
  CHECK(rig.log->record_soon(run_of("disk-usage")));
  CHECK(rig.log->record_soon(run_of("uptime")));
  CHECK(rig.verified() == 3);
  CHECK(rig.syncs == before);
  rig.advance(50ms);
  CHECK(run_until(rig.io, [&] { return rig.syncs == before + 1; }));
  rig.advance(1s);
  test::run_ready(rig.io);
  CHECK(rig.syncs == before + 1);  // once for both, and not again
  CHECK(rig.deadlines.size() == 0);
}

TEST_CASE("what is recorded while the helper syncs is synced after it") {
  Rig rig;
  const int before = rig.syncs;
  CHECK(rig.log->record_soon(run_of("one")));
  rig.advance(50ms);
  CHECK(rig.log->record_soon(run_of("two")));
  CHECK(run_until(rig.io, [&] {
    rig.advance(50ms);
    return rig.syncs == before + 2;
  }));
  CHECK(rig.verified() == 2);
}

TEST_CASE("an administrative record is synced before record() returns, with all before it") {
  Rig rig;
  CHECK(rig.log->record_soon(run_of("soon")));
  const int before = rig.syncs;
  CHECK(rig.log->record(run_of("now")));
  CHECK(rig.syncs == before + 1);
  CHECK(rig.log->trouble().empty());
}

TEST_CASE("a sync that fails refuses all records and is said, until what was lost is stored") {
  Rig rig;
  CHECK(rig.log->record(run_of("stored")));
  const auto refused = [&] {
    CHECK_FALSE(rig.log->record(run_of("refused")));
    CHECK_FALSE(rig.log->record_soon(run_of("refused")));
    CHECK(rig.log->trouble().find("can't sync " + rig.path) == 0);
  };
  CHECK(rig.log->record_soon(run_of("lost?")));
  rig.failing = true;
  rig.advance(50ms);
  CHECK(run_until(rig.io, [&] { return !rig.log->trouble().empty(); }));
  refused();
  const int before = rig.syncs;
  rig.advance(limits::kAuditRepairRetry);
  CHECK(run_until(rig.io, [&] { return rig.syncs == before + 1; }));
  test::run_ready(rig.io);
  refused();
  rig.failing = false;
  refused();  // a working disk alone isn't enough: the lost pages are clean for the kernel
  // As the disk may have it, after a failure.
  REQUIRE(truncate(rig.path.c_str(), static_cast<off_t>(rig.text().find('\n') + 1)) == 0);
  CHECK(run_until(rig.io, [&] {
    rig.advance(limits::kAuditRepairRetry);
    return rig.log->trouble().empty();
  }));
  CHECK(rig.text().find("lost?") != std::string::npos);
  CHECK(rig.text().find("refused") == std::string::npos);
  CHECK(rig.log->record(run_of("after")));
  CHECK(rig.verified() == 3);
}

TEST_CASE("a record whose own sync fails is not in the file, and comes not back with the repair") {
  Rig rig;
  CHECK(rig.log->record_soon(run_of("soon")));
  rig.failing = true;
  CHECK_FALSE(rig.log->record(run_of("refused")));
  CHECK_FALSE(rig.log->record(run_of("refused")));
  rig.failing = false;
  CHECK(run_until(rig.io, [&] {
    rig.advance(limits::kAuditRepairRetry);
    return rig.log->trouble().empty();
  }));
  CHECK(rig.log->record(run_of("after")));
  CHECK(rig.text().find("refused") == std::string::npos);
  CHECK(rig.verified() == 2);
}

TEST_CASE("a sync that failed for one who waited is failed for the helper too") {
  Rig rig;
  CHECK(rig.log->record_soon(run_of("soon")));
  rig.failing = true;
  CHECK_FALSE(rig.log->record(run_of("refused")));
  rig.failing = false;  // the kernel tells an error once
  rig.advance(50ms);
  test::run_ready(rig.io);
  CHECK_FALSE(rig.log->trouble().empty());
}

TEST_CASE("a disk that is slower than the records makes them wait, and keeps memory bounded") {
  Rig rig;
  const auto record = [&] {
    return rig.log->record_soon(run_of(std::string(limits::kAuditLineBytesMax / 2, 'x')));
  };
  const int before = rig.syncs;
  for (int i = 0; i < 40; ++i) CHECK(record());  // 4 MiB, and the helper never gets its turn
  CHECK(rig.syncs >= before + 2);
}

TEST_CASE("what was recorded soon is synced when the hub stops") {
  Rig rig;
  CHECK(rig.log->record_soon(run_of("last")));
  const int before = rig.syncs;
  rig.log.reset();
  CHECK(rig.syncs == before + 1);
  CHECK(rig.deadlines.size() == 0);
}

TEST_CASE(
    "the log is read from its oldest record on, through all its files, as it stands in them") {
  Rig rig({.bytes_max = 100'000, .keep = 5});
  for (int i = 0; i < 1000; ++i) CHECK(rig.log->record_soon(run_of("l" + std::to_string(i))));
  REQUIRE(std::filesystem::exists(rig.path + ".3"));
  const Read all = read_all(rig);
  CHECK(all.trouble.empty());
  CHECK(all.lines.size() == rig.verified());
  CHECK(all.pages >= 5);
  std::string joined;
  for (const auto& line : all.lines) joined += line + "\n";
  std::string files;
  const auto opened = open_audit_files(rig.path);
  REQUIRE(opened);
  for (const auto& file : *opened) files += test::read(file.path);
  CHECK(joined == files);
}

TEST_CASE("the log is read since a time, to the nanosecond") {
  Rig rig({.bytes_max = 2000, .keep = 50});
  std::size_t wanted = 0;
  for (int i = 0; i < 60; ++i) {
    CHECK(rig.log->record(run_of("l" + std::to_string(i))));
    rig.clock.advance(1s);
  }
  const WallTime since = from_unix_ns(kStartNs) + 30s;
  const Read read = read_all(rig, since);
  REQUIRE_FALSE(read.lines.empty());
  for (const auto& line : read.lines) wanted += line.find("run.request") != std::string::npos;
  CHECK(wanted == 30);
  CHECK(read.lines.front().find("\"l30\"") != std::string::npos);
  CHECK(read_all(rig, since + 1ns).lines.size() == read.lines.size() - 1);
  CHECK(read_all(rig, since + 1h).lines.empty());
}

TEST_CASE("what is recorded and rotated while the log is read disturbs nothing of it") {
  Rig rig({.bytes_max = 100'000, .keep = 5});
  for (int i = 0; i < 800; ++i) CHECK(rig.log->record_soon(run_of("old")));
  const uint64_t records = rig.verified();
  const Read read = read_all(rig, {}, [&] {
    for (int i = 0; i < 50; ++i) CHECK(rig.log->record_soon(run_of("new")));
  });
  CHECK(read.lines.size() == records);
  for (const auto& line : read.lines) CHECK(line.find("\"new\"") == std::string::npos);
}

TEST_CASE(
    "records that were rotated away while the log was read are left out, and the rest comes") {
  Rig rig({.bytes_max = 100'000, .keep = 2});
  for (int i = 0; i < 700; ++i) CHECK(rig.log->record_soon(run_of("old")));
  bool first = true;
  const Read read = read_all(rig, {}, [&] {
    for (int i = 0; first && i < 400; ++i) CHECK(rig.log->record_soon(run_of("new")));
    first = false;
  });
  CHECK(read.trouble.empty());
  CHECK_FALSE(read.lines.empty());
  CHECK(read.lines.size() < rig.verified());
}

TEST_CASE("a log without records, and one whose file is gone, is read to its end") {
  Rig rig;
  CHECK(read_all(rig).lines.empty());
  CHECK(rig.log->record(run_of("one")));
  REQUIRE(unlink(rig.path.c_str()) == 0);
  CHECK(read_all(rig).lines.empty());
}

TEST_CASE("what somebody wrote into the log is shown as it is, and read over") {
  Rig rig;
  CHECK(rig.log->record(run_of("one")));
  test::write(rig.path, rig.text() + "not a record\n" + std::string(500'000, 'x') + "\n");
  const Read read = read_all(rig);
  REQUIRE(read.lines.size() == 2);
  CHECK(read.lines[1] == "not a record");
}

}  // namespace picket::hub
