// What people and service managers expect of daemons: configuration errors all at once, readiness,
// an end within seconds, quiet pipes.
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>

#include "common/unique_fd.h"
#include "tests/support/catch.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// systemd's end of $NOTIFY_SOCKET.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path)
      : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const timeval patience{20, 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  std::string next() {
    std::array<char, 256> text{};
    const auto size = recv(fd_.get(), text.data(), text.size(), 0);
    return {text.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
  }

 private:
  UniqueFd fd_;
};

// Both daemons, and the bound for their orderly end.
struct RunningSite : Site {
  RunningSite() {
    REQUIRE(init().status == 0);
    start_hub();
    add_node("web1");
  }
};
constexpr auto kEndsWithin = 2500ms;

}  // namespace

TEST_CASE("check-config names every error with its line, and exits 2") {
  const TemporaryFolder folder;
  write(folder / "bad.toml",
        "lisen = []\nsocket = 7\ndead_after = \"1s\"\n[log]\nlevel = \"loud\"\n");
  for (const char* daemon : {"picket-hub", "picket-node"}) {
    const CommandResult result =
        run({program(daemon), "check-config", "--config", folder / "bad.toml"});
    CHECK(result.status == 2);
    CHECK(contains(result.output, "bad.toml:1: "));
    CHECK(contains(result.output, "bad.toml:2: "));
    CHECK(contains(result.output, "bad.toml:3: "));
    CHECK(contains(result.output, "bad.toml:5: "));
  }
  const CommandResult hub =
      run({program("picket-hub"), "check-config", "--config", folder / "bad.toml"});
  CHECK(contains(hub.output, "did you mean \"listen\"?"));
  CHECK(run({program("picket-hub"), "--config", folder / "bad.toml"}).output == hub.output);
  CHECK(run({program("picket-hub"), "--config", folder / "none.toml"}).status == 2);
  CHECK(run({program("picket-hub"), "--unknown"}).status == 2);
}

TEST_CASE("check-config says ok only of what can start on this host") {
  const TemporaryFolder folder;
  write(folder / "hub.toml", "[access]\nobserve = [\"no-such-user\"]\nadminister = [\"uid:x\"]\n");
  const auto result = run({program("picket-hub"), "check-config", "--config", folder / "hub.toml"});
  CHECK(result.status == 2);
  CHECK(contains(result.output, "hub.toml:3: access.administer: "));
  CHECK(
      contains(result.output, "hub.toml: access.observe: this host has no user \"no-such-user\""));
}

TEST_CASE("what --print-effective prints is a configuration with the same meaning") {
  const TemporaryFolder folder;
  write(folder / "hub.toml", "dead_after = \"20s\"\n");
  const auto effective = [&](const std::string& name) {
    return run({program("picket-hub"), "check-config", "--print-effective", "--config",
                folder / name})
        .output;
  };
  const std::string first = effective("hub.toml");
  CHECK(contains(first, "dead_after = \"20s\""));
  write(folder / "again.toml", first);
  CHECK(effective("again.toml") == first);
}

TEST_CASE("SIGTERM and Ctrl-C end both daemons in order, with goodbyes") {
  for (const int number : {SIGTERM, SIGINT}) {
    RunningSite site;
    site.node("web1").signal(number);
    CHECK(site.node("web1").wait_for(kEndsWithin).value_or(-1) == 0);
    site.await_state("web1", "disconnected");
    CHECK(site.ask({"nodes", "web1"}).at("reason") == "peer_stopped");
    site.start_node("web1");
    site.await_state("web1", "connected");
    site.hub().signal(number);
    CHECK(site.hub().wait_for(kEndsWithin).value_or(-1) == 0);
    CHECK(contains(site.hub_log(), "hub stopped"));
    CHECK_FALSE(contains(list(site / "run"), "hub.sock"));
  }
}

TEST_CASE("T17: neither daemon can execute a program once it faces the network") {
  RunningSite site;
  const auto status = [](pid_t pid) { return read("/proc/" + std::to_string(pid) + "/status"); };
  for (const pid_t pid : {site.hub().pid(), site.node("web1").pid()}) {
    CHECK(contains(status(pid), "Seccomp:\t2"));
    CHECK(contains(status(pid), "NoNewPrivs:\t1"));
  }
}

TEST_CASE("a hub ends in time also when a client has stopped reading and a stranger says nothing") {
  RunningSite site;
  const Child watch = site.start_picket({"watch"}, "watch");
  wait_until("watch watches", [&] { return site.ask({"status"}).at("subscriptions") == 1; });
  watch.signal(SIGSTOP);
  const Child stranger({"socat", "-u", "TCP:" + site.address(), "STDOUT"});
  site.hub().signal(SIGTERM);
  CHECK(site.hub().wait_for(kEndsWithin + 500ms).value_or(-1) == 0);
}

TEST_CASE("both daemons tell systemd when they are ready, how they are, and when they stop") {
  RunningSite site;
  NotifySocket systemd(site / "notify");
  const std::string variable = "NOTIFY_SOCKET=" + (site / "notify");
  const std::string watchdog = "WATCHDOG_USEC=400000";
  site.kill_node("web1");
  site.start_hub_unwaited({"env", variable, watchdog});
  CHECK(systemd.next() == "READY=1\nSTATUS=0 of 1 nodes connected; 0 clients.");
  CHECK(site.picket({"status"}).status == 0);  // ready is ready
  CHECK(systemd.next().find("WATCHDOG=1\nSTATUS=0 of 1 nodes connected; ") == 0);
  site.start_node("web1");
  wait_until("the status tells of the node",
             [&] { return contains(systemd.next(), "STATUS=1 of 1 nodes connected; "); });
  site.hub().signal(SIGHUP);
  wait_until("the hub says that it reads its configuration again",
             [&] { return contains(systemd.next(), "RELOADING=1\nMONOTONIC_USEC="); });
  wait_until("the hub is ready again", [&] { return contains(systemd.next(), "READY=1"); });
  site.hub().signal(SIGTERM);
  wait_until("the hub says that it stops", [&] { return contains(systemd.next(), "STOPPING=1"); });
  CHECK(site.hub().wait_for(kEndsWithin).value_or(-1) == 0);

  site.kill_node("web1");
  Child node({"env", variable, watchdog, program("picket-node"), "--config", site / "web1.toml"});
  CHECK(systemd.next() == "READY=1\nSTATUS=Connected to 0 of 1 hub.");
  CHECK(systemd.next() == "WATCHDOG=1\nSTATUS=Connected to 0 of 1 hub.");
  site.start_hub();
  wait_until("the status tells of the hub",
             [&] { return contains(systemd.next(), "STATUS=Connected to 1 of 1 hub."); });
  node.signal(SIGTERM);
  wait_until("the node says that it stops", [&] { return contains(systemd.next(), "STOPPING=1"); });
  CHECK(node.wait_for(kEndsWithin).value_or(-1) == 0);
}

TEST_CASE("what has not been set up says what to do, to systemd too, and ends with 78") {
  Site site;
  NotifySocket systemd(site / "notify");
  const std::string variable = "NOTIFY_SOCKET=" + (site / "notify");
  const CommandResult hub =
      run({"env", variable, program("picket-hub"), "--config", site / "hub.toml"});
  CHECK(hub.status == 78);
  CHECK(contains(hub.output, "picket-hub init --address NAME"));
  CHECK(contains(systemd.next(), "STATUS=there is no hub in " + (site / "hub")));
  write(site / "web1.toml", "state_folder = \"" + (site / "web1") + "\"\n");
  const CommandResult node =
      run({"env", variable, program("picket-node"), "--config", site / "web1.toml"});
  CHECK(node.status == 78);
  CHECK(contains(node.output, "picket-node join TOKEN"));
  CHECK(contains(systemd.next(), "STATUS=this server has not joined a hub"));
}

TEST_CASE("a reader that closes the pipe ends the client quietly") {
  RunningSite site;
  const auto piped = [&](const std::string& verb) {
    return run({"bash", "-c",
                "set -o pipefail; timeout 10 " + program("picket") + " --socket " + site.socket() +
                    " " + verb});
  };
  const CommandResult listed = piped("nodes | true");
  CHECK(listed.output.empty());
  CHECK(listed.status == 0);
  const CommandResult watched = piped("watch --since 1h | head -n 1");
  CHECK(watched.status == 0);
  CHECK(contains(watched.output, "hub started"));
}

TEST_CASE("without a hub the client says where it looked and exits 4, with a wrong word 2") {
  Site site;
  const CommandResult unreachable = site.picket({"nodes"});
  CHECK(unreachable.status == 4);
  CHECK(contains(unreachable.output, site.socket()));
  CHECK(site.picket({"noodes"}).status == 2);
  CHECK(contains(site.picket({"noodes"}).output, "did you mean \"nodes\"?"));
}

}  // namespace picket::test
