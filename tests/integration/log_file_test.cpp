// The auth log as a file, rotated by the real logrotate while lines are written. Each case wants a
// host of its own (tests/support/throwaway_host), and is hidden from a run of all.
#include "node/auth_log/log_file.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <unistd.h>

#include <filesystem>

#include "common/rfc3339.h"
#include "common/system_clock.h"
#include "tests/support/catch.h"
#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

constexpr char kPath[] = "/var/log/auth.log";

// Writes numbered lines as a syslog daemon does, which reopens the file when it is told to.
class Daemon {
 public:
  Daemon() { reopen(); }
  void reopen() { file_.reset(open(kPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640)); }
  void write(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string line = to_rfc3339(SystemClock().wall(), 6) +
                               " web1 sshd[1]: " + std::to_string(++written) + "\n";
      REQUIRE(::write(file_.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size()));
    }
  }
  int written = 0;

 private:
  UniqueFd file_;
};

class Reader {
 public:
  Reader() { log_.start_at(WallTime{}); }
  // Some of what there is now.
  void read(int lines_max) {
    log_.woken();
    while (lines_max > 0) {
      LogStep step = log_.next();
      if (std::holds_alternative<NoMoreNow>(step)) return;
      const auto* sourced = std::get_if<SourcedLine>(&step);
      if (sourced == nullptr) continue;
      REQUIRE(sourced->line);
      told.push_back(std::stoi(std::string(sourced->line->message)));
      if (sourced->gap) ++gaps;
      position_.set_source(kPath);
      position_.set_instance(std::string(sourced->instance));
      position_.set_offset(sourced->offset);
      position_.set_at_unix_ns(to_unix_ns(sourced->line->time));
      --lines_max;
    }
  }
  void restart() { log_.start_at(position_); }

  std::vector<int> told;
  int gaps = 0;

 private:
  SystemClock clock_;
  LogFile log_{"/", kPath, clock_};
  v1::LogPosition position_;
};

void rotate(const std::string& how) {
  test::write("/etc/picket-logrotate",
              std::string(kPath) + " {\n  size 1\n  rotate 300\n" + how + "}\n");
  const auto result =
      test::run({"logrotate", "-f", "-s", "/var/lib/picket-rotated", "/etc/picket-logrotate"});
  INFO(result.output);
  REQUIRE(result.status == 0);
}

// The first number that isn't one more than the one before; 0: none.
int first_wrong(const std::vector<int>& told) {
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (told[i] != static_cast<int>(i) + 1) return told[i];
  }
  return 0;
}

}  // namespace

TEST_CASE("through rotations by rename, compressed or not, each line is told once, in order",
          "[.][log-renamed]") {
  for (const char* how : {"  create 0640 root adm\n  nocompress\n",
                          "  create 0640 root adm\n  compress\n  delaycompress\n"}) {
    std::filesystem::remove_all("/var/log");
    std::filesystem::create_directory("/var/log");
    Daemon daemon;
    Reader reader;
    for (int rotation = 0; rotation < 50; ++rotation) {
      daemon.write(50);
      if (rotation % 3 != 0) reader.read(30);
      rotate(how);
      daemon.write(10);  // not told to reopen yet
      if (rotation % 5 == 0) reader.read(1000);
      daemon.reopen();
      if (rotation % 4 == 0) reader.restart();
    }
    daemon.write(5);
    reader.read(100'000);
    CHECK(reader.gaps == 0);
    CHECK(first_wrong(reader.told) == 0);
    CHECK(reader.told.size() == static_cast<std::size_t>(daemon.written));
  }
}

TEST_CASE("copied and truncated 30 times: nothing twice, and where something was lost it is said",
          "[.][log-truncated]") {
  Daemon daemon;
  Reader reader;
  for (int rotation = 0; rotation < 30; ++rotation) {
    daemon.write(50);
    reader.read(rotation % 2 == 0 ? 20 : 1000);
    rotate("  copytruncate\n");
    daemon.write(1 + rotation % 3 * 40);
    reader.read(1000);
  }
  CHECK(reader.gaps == 30);
  CHECK(first_wrong(reader.told) == 0);  // none was written while it was copied
  CHECK(reader.told.size() == static_cast<std::size_t>(daemon.written));
}

TEST_CASE("who may not read the file is told which group can", "[.][log-blind]") {
  Daemon daemon;
  daemon.write(1);
  REQUIRE(test::run({"chown", "root:adm", kPath}).status == 0);
  REQUIRE(setgroups(0, nullptr) == 0);
  REQUIRE(setresgid(65534, 65534, 0) == 0);
  REQUIRE(setresuid(65534, 65534, 0) == 0);
  const SystemClock clock;
  LogFile log("/", kPath, clock);
  const v1::CollectorHealth health = log.health();
  CHECK(health.failed().reason() == "/var/log/auth.log: Permission denied");
  CHECK(health.failed().remedy() == "usermod -aG adm nobody");
  log.start_at(WallTime{});
  CHECK(std::holds_alternative<NoMoreNow>(log.next()));
  REQUIRE(setresuid(0, 0, 0) == 0);
}

}  // namespace picket::node
