// The audit log in several files: full ones are rotated away, and the chain goes on.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "common/audit_files.h"
#include "common/audit_verify.h"
#include "common/unique_fd.h"
#include "hub/io/audit_file.h"
#include "hub/io/audit_line.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace picket::hub {
namespace {

constexpr uint64_t kBytesMax = 2000;  // about five records

AuditRecord revoke(const std::string& node) {
  return {"uid 1000", "node.revoke", node, true, "done", {}};
}

// A process that records until it is killed, tells of each record, and is a few ahead of who awaits
// them. The kernel keeps what it wrote, so that syncing would only take time.
class Recorder {
 public:
  explicit Recorder(const std::string& path, const Clock& clock) {
    int told[2] = {-1, -1};
    int allowed[2] = {-1, -1};
    REQUIRE((pipe(told) == 0 && pipe(allowed) == 0));
    told_.reset(told[0]);
    allow_.reset(allowed[1]);
    const UniqueFd tell(told[1]);
    const UniqueFd may(allowed[0]);
    pid_ = fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) record_for_ever(path, clock, tell.get(), may.get());
    allow(kAhead);
  }
  ~Recorder() { kill(); }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Waits until it has made so many records more.
  void await(int records) const {
    allow(records);
    char byte = 0;
    for (; records > 0; --records) REQUIRE(::read(told_.get(), &byte, 1) == 1);
  }
  /// kill -9, at whatever it does; how many records it told of that nobody has awaited.
  int kill() {
    if (pid_ <= 0) return 0;
    const pid_t pid = std::exchange(pid_, 0);
    ::kill(pid, SIGKILL);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    int left = 0;
    for (char byte = 0; ::read(told_.get(), &byte, 1) == 1;) ++left;
    return left;
  }

 private:
  static constexpr int kAhead = 5;

  void allow(int records) const {
    const std::string bytes(static_cast<std::size_t>(records), 'x');
    REQUIRE(::write(allow_.get(), bytes.data(), bytes.size()) ==
            static_cast<ssize_t>(bytes.size()));
  }
  [[noreturn]] static void record_for_ever(const std::string& path, const Clock& clock, int tell,
                                           int may) {
    char byte = 0;
    auto audit = AuditFile::open(path, clock, {.bytes_max = kBytesMax, .keep = 100},
                                 [](int /*file*/) { return 0; });
    while (audit && ::read(may, &byte, 1) == 1 && audit->record(revoke("web1")) &&
           ::write(tell, "", 1) == 1) {
    }
    _exit(1);
  }

  UniqueFd told_;
  UniqueFd allow_;
  pid_t pid_ = 0;
};

uint64_t revocations_in(const std::string& path) {
  const auto files = open_audit_files(path);
  REQUIRE(files);
  uint64_t count = 0;
  for (const auto& file : *files) {
    AuditLines lines(file.file.get());
    std::string_view line;
    while (lines.next(line) == AuditLines::Next::kLine)
      count += line.find("node.revoke") != std::string_view::npos ? 1 : 0;
  }
  return count;
}

struct Rig {
  test::TemporaryFolder folder;
  std::string path = folder / "audit.jsonl";
  test::ManualClock clock{from_unix_ns(1'800'000'000'000'000'000)};
  std::size_t keep = 3;
  int next = 0;

  AuditFile open() {
    auto opened = AuditFile::open(path, clock, {.bytes_max = kBytesMax, .keep = keep});
    REQUIRE(opened);
    return *std::move(opened);
  }
  void record(AuditFile& audit, int count) {
    for (int i = 0; i < count; ++i) CHECK(audit.record(revoke("web" + std::to_string(++next))));
  }
  // Records until the file has just been rotated away `times` times.
  void rotate(AuditFile& audit, int times = 1) {
    for (; times > 0; --times) {
      struct stat before{};
      struct stat now{};
      REQUIRE(stat(path.c_str(), &before) == 0);
      do {
        record(audit, 1);
        REQUIRE(stat(path.c_str(), &now) == 0);
      } while (now.st_ino == before.st_ino);
    }
  }
  AuditSummary verified() const {
    const auto summary = verify_audit_log(path);
    CAPTURE(summary ? "" : summary.error());
    REQUIRE(summary);
    return *summary;
  }
  std::string name(std::size_t number) const { return audit_file_path(path, number); }
  bool exists(std::size_t number) const { return std::filesystem::exists(name(number)); }
  void move(const std::string& from, const std::string& to) const {
    REQUIRE(std::rename(from.c_str(), to.c_str()) == 0);
  }
};

std::string first_line(const std::string& path) {
  const std::string text = test::read(path);
  return text.substr(0, text.find('\n'));
}

std::string last_line(const std::string& path) {
  const std::string text = test::read(path);
  const std::size_t end = text.rfind('\n', text.size() - 2);
  return text.substr(end + 1, text.size() - end - 2);
}

}  // namespace

TEST_CASE("a full audit file is renamed, and the next one's first record has its last hash") {
  Rig rig;
  auto audit = rig.open();
  rig.record(audit, 1);
  rig.rotate(audit);
  const std::string line = first_line(rig.path);
  const auto first = parse_audit_line(line);
  REQUIRE(first);
  CHECK(first->begins_file);
  CHECK(first->previous == to_hex(sha256(last_line(rig.name(1)))));
  CHECK(line.find(R"("actor":"hub","action":"audit.rotate")") != std::string::npos);
  CHECK(test::mode_of(rig.path) == 0600);
  CHECK(test::list(rig.folder.path()).find(".new") == std::string::npos);
  const auto summary = rig.verified();
  CHECK(summary.files == 2);
  CHECK(summary.first_seq == 1);
  CHECK(summary.records == static_cast<uint64_t>(rig.next) + 1);
}

TEST_CASE("no file is larger than the limit, and no more are kept than the limit") {
  Rig rig;
  auto audit = rig.open();
  rig.record(audit, 1);
  rig.rotate(audit, 7);
  for (std::size_t number = 0; number <= 3; ++number) {
    REQUIRE(rig.exists(number));
    CHECK(test::read(rig.name(number)).size() <= kBytesMax);
  }
  CHECK_FALSE(rig.exists(4));
  const auto summary = rig.verified();
  CHECK(summary.files == 4);
  CHECK(summary.first_seq > 1);
  CHECK(to_text(summary).find("it begins with record " + std::to_string(summary.first_seq) +
                              ", those before were rotated away") != std::string::npos);
}

TEST_CASE("a record that just fits does not rotate the file, one byte more does") {
  for (const bool fits : {true, false}) {
    Rig rig;
    auto audit = rig.open();
    rig.record(audit, 1);
    const uint64_t one = std::filesystem::file_size(rig.path);
    audit.set_limits({.bytes_max = 2 * one - (fits ? 0 : 1), .keep = 3});
    rig.record(audit, 1);
    CHECK(rig.exists(1) == !fits);
  }
}

TEST_CASE("a lower limit of files removes those beyond it") {
  Rig rig;
  auto audit = rig.open();
  rig.record(audit, 1);
  rig.rotate(audit, 4);
  audit.set_limits({.bytes_max = kBytesMax, .keep = 1});
  rig.rotate(audit);
  CHECK(rig.exists(1));
  CHECK_FALSE(rig.exists(2));
  CHECK_FALSE(rig.exists(3));
  CHECK(rig.verified().files == 2);
}

TEST_CASE("a crash at any step of a rotation leaves a log that the next start goes on with") {
  Rig rig;
  uint64_t records = 0;
  {
    auto audit = rig.open();
    rig.record(audit, 1);
    rig.rotate(audit, 2);
    records = rig.verified().records;
  }
  SECTION("the next file was begun") { test::write(rig.path + ".new", "{\"time\":\"20"); }
  SECTION("the next file was made") { test::write(rig.path + ".new", first_line(rig.path) + "\n"); }
  SECTION("one was moved up") {
    test::write(rig.path + ".new", "");
    rig.move(rig.name(2), rig.name(3));
  }
  SECTION("all were moved up") {
    rig.move(rig.name(2), rig.name(3));
    rig.move(rig.name(1), rig.name(2));
  }
  SECTION("the file has lost its name") {
    rig.move(rig.name(2), rig.name(3));
    rig.move(rig.name(1), rig.name(2));
    rig.move(rig.path, rig.name(1));
    test::write(rig.path + ".new", "");
  }
  CHECK(rig.verified().records == records);
  auto audit = rig.open();
  rig.record(audit, 1);
  CHECK(rig.verified().first_seq == 1);
  rig.rotate(audit, 2);
  CHECK(rig.verified().first_seq + rig.verified().records > records + 3);
  CHECK(test::list(rig.folder.path()).find(".new") == std::string::npos);
}

TEST_CASE("a hub that is killed while it records and rotates loses no record that it told of") {
  Rig rig;
  uint64_t told = 0;
  for (int round = 0; round < 40; ++round) {
    Recorder recorder(rig.path, rig.clock);
    recorder.await(1 + round % 7);
    told += 1 + static_cast<uint64_t>(round % 7);
    told += static_cast<uint64_t>(recorder.kill());
    auto audit = AuditFile::open(rig.path, rig.clock, {.bytes_max = kBytesMax, .keep = 100});
    REQUIRE(audit);
    REQUIRE(rig.verified().first_seq == 1);
    REQUIRE(revocations_in(rig.path) >= told);
  }
}

TEST_CASE("files that are rotated while they are opened are each met once, in their order") {
  Rig rig;
  Recorder recorder(rig.path, rig.clock);
  recorder.await(20);
  uint64_t last = 0;
  for (int i = 0; i < 50; ++i) {
    recorder.await(3);
    const auto summary = verify_audit_log(rig.path);
    // Only the line that is just written may lack its end.
    if (!summary) {
      INFO(summary.error());
      CHECK(summary.error().find(": torn: ") != std::string::npos);
      continue;
    }
    CHECK(summary->first_seq + summary->records >= last);
    last = summary->first_seq + summary->records;
  }
  CHECK(last > 100);
}

TEST_CASE("a log whose new file has no record yet goes on with the chain of the one before") {
  Rig rig;
  {
    auto audit = rig.open();
    rig.record(audit, 2);
  }
  rig.move(rig.path, rig.name(1));
  test::write(rig.path, "");
  REQUIRE(chmod(rig.path.c_str(), 0600) == 0);
  auto audit = rig.open();
  CHECK(audit.last_seq() == 2);
  rig.record(audit, 1);
  CHECK(rig.verified().records == 4);
  CHECK(rig.verified().files == 2);
}

TEST_CASE("a file that can't be rotated away grows on, and no record is lost") {
  Rig rig;
  auto audit = rig.open();
  REQUIRE(mkdir((rig.path + ".new").c_str(), 0700) == 0);
  rig.record(audit, 20);
  CHECK_FALSE(rig.exists(1));
  CHECK(audit.rotation_trouble().find("can't make " + rig.path + ".new") == 0);
  CHECK(rig.verified().records == 20);
  REQUIRE(rmdir((rig.path + ".new").c_str()) == 0);
  rig.rotate(audit);
  CHECK(rig.exists(1));
  CHECK(audit.rotation_trouble().empty());
  CHECK(rig.verified().first_seq == 1);
}

TEST_CASE("records taken out of a log of several files are found") {
  Rig rig;
  auto audit = rig.open();
  rig.record(audit, 1);
  rig.rotate(audit, 3);
  const auto error = [&] {
    const auto summary = verify_audit_log(rig.path);
    return summary ? "" : summary.error();
  };
  SECTION("the oldest file: said, not an error") {
    REQUIRE(unlink(rig.name(3).c_str()) == 0);
    CHECK(rig.verified().first_seq > 1);
  }
  SECTION("a file in the middle") {
    REQUIRE(unlink(rig.name(2).c_str()) == 0);
    CHECK(error() == rig.name(1) +
                         ", line 1: does not follow from the one before: records were changed, "
                         "removed or added");
  }
  SECTION("the first line of the oldest file") {
    const std::string text = test::read(rig.name(3));
    test::write(rig.name(3), text.substr(text.find('\n') + 1));
    CHECK(error().find(rig.name(3) + ", line 1: does not follow") == 0);
  }
  SECTION("the first line of the oldest that is left") {
    REQUIRE(unlink(rig.name(3).c_str()) == 0);
    const std::string text = test::read(rig.name(2));
    test::write(rig.name(2), text.substr(text.find('\n') + 1));
    CHECK(error().find(rig.name(2) + ", line 1: does not follow") == 0);
  }
  SECTION("the last line of a file") {
    std::string text = test::read(rig.name(1));
    text.pop_back();
    test::write(rig.name(1), text.substr(0, text.rfind('\n') + 1));
    CHECK(error().find(rig.path + ", line 1: does not follow") == 0);
  }
}

TEST_CASE("files that are named are one chain, in whatever order they are named") {
  Rig rig;
  auto audit = rig.open();
  rig.record(audit, 1);
  rig.rotate(audit, 2);
  const auto summary = verify_audit_files({rig.path, rig.name(1), rig.name(2)});
  REQUIRE(summary);
  CHECK(summary->records == rig.verified().records);
  CHECK(summary->last_hash == rig.verified().last_hash);
  const auto copy = verify_audit_files({rig.name(1)});
  REQUIRE(copy);
  CHECK(copy->first_seq > 1);
  CHECK_FALSE(verify_audit_files({rig.path, rig.name(2)}));
  CHECK_FALSE(verify_audit_files({rig.name(1), rig.name(1)}));
  CHECK(verify_audit_files({rig.path, rig.folder / "none"}).error().find("can't read ") == 0);
  CHECK_FALSE(verify_audit_files({rig.folder.path()}));
}

TEST_CASE("names of rotated audit files are told from others") {
  for (const char* name : {"audit.jsonl.1", "audit.jsonl.10", "audit.jsonl.100"})
    CHECK(is_rotated_audit_name(name));
  for (const char* name : {"audit.jsonl", "audit.jsonl.", "audit.jsonl.0", "audit.jsonl.01",
                           "audit.jsonl.101", "audit.jsonl.new", "audit.jsonl.torn",
                           "audit.jsonl.-1", "audit.jsonl.1 ", "audit.jsonl.1/../x"})
    CHECK_FALSE(is_rotated_audit_name(name));
}

TEST_CASE("a line that never ends is refused without reading all of it") {
  Rig rig;
  test::write(rig.path, std::string(3 * limits::kAuditLineBytesMax, 'x'));
  const auto summary = verify_audit_log(rig.path);
  REQUIRE_FALSE(summary);
  CHECK(summary.error() == rig.path + ", line 1: longer than a record can be");
}

}  // namespace picket::hub
