#include "node/collectors/host.h"

#include <cstdint>
#include <optional>

#include "common/system_clock.h"
#include "node/collectors/host_facts.h"
#include "tests/support/captured_host.h"
#include "tests/support/catch.h"
#include "tests/support/loop.h"

namespace picket::node {
namespace {

using test::CapturedHost;

class NoNames final : public NameLookup {
 public:
  void lookup(uint32_t /*uid*/, Done done) override { done(std::nullopt); }
  void lookup_uid(const std::string& /*name*/, UidDone done) override { done(std::nullopt); }
};

// A Debian host that has just booted its newest kernel.
struct Debian : CapturedHost {
  Debian() {
    write_file("/proc/sys/kernel/hostname", "web1\n");
    write_file("/proc/sys/kernel/osrelease", "6.1.0-39-amd64\n");
    write_file("/proc/sys/kernel/random/boot_id", "boot-1\n");
    write_file("/etc/os-release", "NAME=Debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
    write_file("/boot/vmlinuz-6.1.0-39-amd64", "");
  }
};

struct Watch {
  explicit Watch(const CapturedHost& host, Milliseconds safety_poll = Seconds(3600))
      : collector({loop, clock, names, log_feeds, executions, host.root(), safety_poll}) {
    collector.start([this](v1::ResourceValue value) { values.push_back(std::move(value)); });
  }
  /// Runs until there are `count` values.
  const v1::ResourceValue& value(std::size_t count) {
    REQUIRE(test::run_until(loop, [&] { return values.size() >= count; }));
    REQUIRE(values.size() == count);
    return values.back();
  }

  asio::io_context loop;
  const SystemClock clock;
  NoNames names;
  LogFeeds log_feeds;
  ExecutionFeeds executions;
  std::vector<v1::ResourceValue> values;
  HostCollector collector;
};

}  // namespace

TEST_CASE("a host tells its name, system, kernel, agent and boot") {
  const Debian host;
  Watch watch(host);
  const v1::ResourceValue value = watch.value(1);
  CHECK(value.resource() == "host");
  CHECK(value.health().has_ok());
  const auto& facts = value.host();
  CHECK(facts.host_name() == "web1");
  CHECK(facts.os() == "Debian GNU/Linux 12 (bookworm)");
  CHECK(facts.kernel() == "6.1.0-39-amd64");
  CHECK_FALSE(facts.agent_version().empty());
  CHECK(facts.boot_id() == "boot-1");
  CHECK(facts.booted_unix_ns() == CapturedHost::kBooted * 1'000'000'000);
  CHECK_FALSE(facts.reboot_required());
}

TEST_CASE("names in single quotes, without quotes and with bytes that are no text are facts too") {
  const Debian host;
  const auto os = [&](const std::string& text) {
    host.write_file("/etc/os-release", text);
    return read_host_facts(host.root()).os();
  };
  CHECK(os("PRETTY_NAME='Debian 12'\n") == "Debian 12");
  CHECK(os("X=1\nPRETTY_NAME=Debian") == "Debian");
  CHECK(os("PRETTY_NAME=\"").size() == 1);
  CHECK(os("") == "");
  CHECK(os("PRETTY_NAME=a\xff") == "a\xef\xbf\xbd");
  CHECK(os("PRETTY_NAME=" + std::string(5000, 'x')).size() == 1024);
}

TEST_CASE("a kernel that is installed, and packages, are told as a reboot that is due at once") {
  const Debian host;
  Watch watch(host);
  watch.value(1);
  host.write_file("/boot/vmlinuz-6.1.0-40-amd64", "");
  const v1::ResourceValue kernel = watch.value(2);
  CHECK(kernel.host().reboot_required());
  CHECK(kernel.host().reboot_reasons(0) ==
        "linux-image 6.1.0-40-amd64 is installed, 6.1.0-39-amd64 runs");
  host.write_file("/run/reboot-required.pkgs", "libc6\n");
  host.write_file("/run/reboot-required", "");
  CHECK(watch.value(3).host().reboot_reasons(1) == "libc6");
}

TEST_CASE("another name and another release are told without any poll") {
  const Debian host;
  Watch watch(host);
  watch.value(1);
  host.write_file("/proc/sys/kernel/hostname", "web2\n");
  host.write_file("/etc/hostname", "web2\n");
  CHECK(watch.value(2).host().host_name() == "web2");
  for (std::size_t release = 13; release < 15; ++release) {
    host.write_file("/etc/os-release", "PRETTY_NAME=Debian" + std::to_string(release) + "\n");
    CHECK(watch.value(release - 10).host().os() == "Debian" + std::to_string(release));
  }
}

TEST_CASE("what no event told of is found by the safety poll") {
  const Debian host;
  Watch watch(host, Milliseconds(20));
  watch.value(1);
  host.write_file("/proc/sys/kernel/hostname", "web2\n");
  CHECK(watch.value(2).host().host_name() == "web2");
}

TEST_CASE(
    "a boot time that the clock moves by a second is the same, a clock that is set moves it") {
  const Debian host;
  Watch watch(host, Milliseconds(20));
  watch.value(1);
  host.write_file("/proc/stat", "btime " + std::to_string(CapturedHost::kBooted + 1) + "\n");
  host.write_file("/proc/sys/kernel/hostname", "web2\n");
  CHECK(watch.value(2).host().booted_unix_ns() == CapturedHost::kBooted * 1'000'000'000);
  host.write_file("/proc/stat", "btime " + std::to_string(CapturedHost::kBooted + 60) + "\n");
  CHECK(watch.value(3).host().booted_unix_ns() == (CapturedHost::kBooted + 60) * 1'000'000'000);
}

TEST_CASE("a host whose /proc can't be read says so, and a stopped collector says nothing more") {
  const CapturedHost host;
  Watch watch(host);
  CHECK(watch.value(1).health().failed().reason() == "/proc can't be read");
  bool answered = false;
  watch.collector.refresh([&](const v1::ResourceValue&) { answered = true; });
  watch.collector.stop();
  host.write_file("/etc/hostname", "web2\n");
  test::run_ready(watch.loop);
  CHECK_FALSE(answered);
  CHECK(watch.values.size() == 1);
}

}  // namespace picket::node
