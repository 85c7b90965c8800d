// A flooding command on a slow link between node and hub, on a host of their own.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "common/rfc3339.h"
#include "common/system_clock.h"
#include "tests/support/catch.h"
#include "tests/system/operated.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

constexpr char kLogFile[] = "/var/log/auth.log";
constexpr int kEvents = 120;
constexpr auto kTold = 1000ms;  // what 99 of 100 events take at most

/// All that goes over this host's network, in packets as on a real one.
void shape_network() {
  REQUIRE(run({"ip", "link", "set", "lo", "mtu", "1500"}).status == 0);
  const auto shaped = run({"tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", "1mbit",
                           "burst", "10k", "latency", "50ms"});
  INFO(shaped.output);
  REQUIRE(shaped.status == 0);
}

void log_failure_of(const std::string& user) {
  std::ofstream file(kLogFile, std::ios::app);
  file << to_rfc3339(SystemClock().wall(), 6)
       << " host sshd[7]: Failed password for " + user + " from 192.0.2.7 port 50122 ssh2\n";
}

}  // namespace

TEST_CASE("on a link of 1 Mbit/s a command that floods delays events by less than a second",
          "[.][run-slow-link]") {
  write(kLogFile, "");
  Operated host;
  const Site& site = host.site;
  wait_until("the log is read",
             [&] { return contains(site.picket({"show", "web1"}).output, "read from"); });
  shape_network();
  const Child watching = site.start_picket({"watch", "--json"}, "watched");
  const auto told = [&](const std::string& user) {
    return contains(read(site / "watched"), '"' + user + '"');
  };
  // Which also says that somebody watches.
  int tries = 0;
  wait_until("an event is told", [&] {
    log_failure_of("first" + std::to_string(++tries));
    return contains(read(site / "watched"), "first");
  });
  const Child flood({program("picket"), "--socket", site.socket(), "run", "web1", "flood"});
  const auto received = [&] { return host.last().at("output_bytes").get<uint64_t>(); };
  wait_until("it floods", [&] { return !host.executions().empty() && received() > 500'000; }, 60s);
  const uint64_t before = received();
  const auto began = std::chrono::steady_clock::now();
  std::vector<double> delays;  // ms
  for (int i = 0; i < kEvents; ++i) {
    const std::string user = "user" + std::to_string(i);
    const auto logged = std::chrono::steady_clock::now();
    log_failure_of(user);
    wait_until(user + " is told", [&] { return told(user); });
    const std::chrono::duration<double, std::milli> took =
        std::chrono::steady_clock::now() - logged;
    delays.push_back(took.count());
  }
  const std::chrono::duration<double> lasted = std::chrono::steady_clock::now() - began;
  const double rate = static_cast<double>(received() - before) / lasted.count();
  std::ranges::sort(delays);
  const double p99 = delays[kEvents * 99 / 100];
  WARN("p50 " << delays[kEvents / 2] << " ms, p99 " << p99 << " ms, max " << delays.back()
              << " ms, beside " << rate / 1000 << " kB/s of output");
  CHECK(p99 < static_cast<double>(kTold.count()));
  CHECK(rate > 50'000);  // of 125,000: it did flood
}

}  // namespace picket::test
