// What an idle node costs its server, counted on a host where nothing else runs.
#include <algorithm>
#include <chrono>
#include <climits>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "tests/bench/process.h"
#include "tests/bench/programs.h"
#include "tests/support/catch.h"
#include "tests/support/sanitized.h"

namespace picket {
namespace {

constexpr auto kWatched = std::chrono::seconds(20);
// In that time: a keep-alive sent and one received every 5 s, one look at each of who is on, what
// the host is, which log can be read and the log itself in case a source failed to tell, one
// question of the hub for the time, and a keep-alive more at either edge.
constexpr long kWakeUpsMax = 2 * 4 + 4 + 1 + 2;
// The watcher looks every 5 s, and once more at an edge.
constexpr long kWatcherWakeUpsMax = 4 + 1;
constexpr long kPrivateDirtyKibMax = 4 * 1024;  // of all its processes

// The number of the process or thread that was started last on this host.
std::string last_started() {
  std::ifstream file("/proc/loadavg");
  std::string word;
  while (file >> word) {
  }
  return word;
}

}  // namespace

TEST_CASE("an idle node starts no process and no thread, and wakes up for keep-alives only",
          "[.][idle-node]") {
  test::write("/run/utmp", "");
  test::write("/var/log/auth.log", "");
  std::filesystem::create_directories("/etc/picket");
  test::write("/etc/picket/commands.toml",
              "[commands.uptime]\nargv = [\"/usr/bin/uptime\"]\nuser = \"nobody\"\n");
  const bench::HubProcess hub(1);
  const bench::NodeProcess node(hub);
  node.wait_for_source("utmp");
  const auto beside = bench::children_of(node.pid());
  // Of WireGuard, of keys, and what starts the one of commands; forked before anything else.
  REQUIRE(beside.size() == 3);
  const pid_t watcher = beside[0];
  const pid_t key_namer = beside[1];
  const pid_t starter = beside[2];
  const auto started = bench::children_of(starter);
  REQUIRE(started.size() == 1);
  const pid_t executor = started[0];
  std::this_thread::sleep_for(std::chrono::seconds(2));  // from the first look to idle
  const std::string last_before = last_started();
  // Waiting for a page or a lock counts too, so a busy machine adds to what a program does of
  // itself: of some times the quietest counts.
  long woken = LONG_MAX;
  long watcher_woken = LONG_MAX;
  const auto sleepers = [&] {
    return bench::wake_ups(key_namer) + bench::wake_ups(starter) + bench::wake_ups(executor);
  };
  const long asleep_before = sleepers();
  for (int times = 0; times < 3 && (woken > kWakeUpsMax || watcher_woken > kWatcherWakeUpsMax);
       ++times) {
    const long before = bench::wake_ups(node.pid());
    const long watcher_before = bench::wake_ups(watcher);
    std::this_thread::sleep_for(kWatched);
    woken = std::min(woken, bench::wake_ups(node.pid()) - before);
    watcher_woken = std::min(watcher_woken, bench::wake_ups(watcher) - watcher_before);
  }
  CHECK(last_started() == last_before);
  CHECK(woken > 0);
  CHECK((test::kSanitized || woken <= kWakeUpsMax));
  CHECK(watcher_woken > 0);
  CHECK((test::kSanitized || watcher_woken <= kWatcherWakeUpsMax));
  // Nobody logs in by key, and nothing is run.
  CHECK(sleepers() == asleep_before);
  const long agent_kib = bench::private_dirty_kib(node.pid());
  const long watcher_kib = bench::private_dirty_kib(watcher);
  CHECK(agent_kib > 0);
  const long namer_kib = bench::private_dirty_kib(key_namer);
  const long executor_kib = bench::private_dirty_kib(executor);
  const long starter_kib = bench::private_dirty_kib(starter);
  const long all_kib = agent_kib + watcher_kib + namer_kib + starter_kib + executor_kib;
  CHECK((test::kSanitized || all_kib <= kPrivateDirtyKibMax));
  WARN("wake-ups in a minute: agent "
       << woken * 60 / kWatched.count() << ", watcher " << watcher_woken * 60 / kWatched.count()
       << "; private dirty: agent " << agent_kib << " KiB, watcher " << watcher_kib
       << " KiB, namer of keys " << namer_kib << " KiB, executor " << executor_kib
       << " KiB, what starts it " << starter_kib << " KiB");
}

}  // namespace picket
