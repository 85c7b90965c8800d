// Commands through the real programs, on a host of their own (tests/support/throwaway_host): what a
// person types and gets, and what is left when something is killed meanwhile.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

constexpr char kAllowlist[] = R"(
[commands.both]
argv = ["/bin/sh", "-c", "echo out; echo err >&2; exit 3"]
user = "root"
[commands.greet]
description = "greets somebody"
argv = ["/bin/echo", "hello {name}"]
user = "nobody"
[commands.greet.parameters.name]
pattern = "[a-z ;$`'-]*"
[commands.kill-me]
argv = ["/bin/sh", "-c", "kill -TERM $$"]
user = "root"
[commands.mark]
argv = ["/bin/sh", "-c", "echo $0 >> /run/marks; sleep 0.$1", "{n}", "{pause}"]
user = "root"
concurrency = 32
[commands.mark.parameters.n]
min = 0
max = 100000
[commands.mark.parameters.pause]
min = 0
max = 9
[commands.slow]
argv = ["/bin/sh", "-c", "echo begun; sleep 60 & wait"]
user = "root"
[commands.flood]
argv = ["/usr/bin/head", "-c", "10000000000", "/dev/zero"]
user = "root"
max_output = "16GiB"
[commands.go]
argv = ["/usr/bin/test", "-e", "/run/go"]
user = "root"
)";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<Json> objects_in(const std::string& text) {
  std::vector<Json> objects;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    Json object = Json::parse(line, nullptr, false);
    if (object.is_object()) objects.push_back(std::move(object));
  }
  return objects;
}

/// How many processes run this.
int running(const std::string& command) {
  const auto found = run({"pgrep", "-fc", command});
  return found.output.empty() ? 0 : std::stoi(found.output);
}

long resident_kib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  }
  return 0;
}

/// A hub, and nodes that run what is listed.
struct Operated {
  explicit Operated(const Words& nodes = {"web1"}) {
    std::filesystem::create_directories("/etc/picket");
    write("/etc/picket/commands.toml", kAllowlist);
    REQUIRE(site.init().status == 0);
    site.start_hub();
    for (const auto& node : nodes) site.add_node(node);
    for (const auto& node : nodes) await_commands(node);
  }
  void await_commands(const std::string& node) const {
    wait_until(node + " runs commands",
               [&] { return contains(site.picket({"commands", node}).output, "greet"); });
  }
  std::vector<Json> executions() const {
    std::vector<Json> all;
    for (const Json& object : objects_in(site.picket({"executions", "--json"}).output))
      all.push_back(object.at("execution"));
    return all;
  }
  Json last() const { return executions().back(); }
  std::string detach(const Words& words) const {
    Words all = {"run", "web1", "--detach"};
    all.insert(all.end(), words.begin(), words.end());
    REQUIRE(site.picket(all).status == 0);
    return last().at("id");
  }

  Site site;
};

}  // namespace

TEST_CASE("a command of one node is as if it were run there, and its exit status is its own",
          "[.][run-one]") {
  const Operated host;
  const Site& site = host.site;
  CHECK(site.picket({"run", "web1", "greet", "name=alice"}).output == "hello alice\n");
  CHECK(site.picket({"run", "web1", "greet", "name=; rm -rf $x"}).output == "hello ; rm -rf $x\n");
  const auto both = site.picket({"run", "web1", "both"});
  CHECK(both.status == 3);
  CHECK(contains(both.output, "out\n"));
  CHECK(contains(both.output, "err\n"));
  CHECK(site.picket({"run", "web1", "kill-me"}).status == 128 + SIGTERM);
  CHECK(site.picket({"run", "web1", "slow", "--timeout", "200ms"}).status == 124);
  CHECK(site.picket({"run", "nope", "greet"}).status == 125);
  const auto refused = site.picket({"run", "web1", "greet", "name=EVE"});
  CHECK(refused.status == 126);
  CHECK(contains(refused.output, "web1: refused: name: "));
  CHECK(site.picket({"run", "web1", "greet"}).status == 126);
  CHECK(site.picket({"run", "web1", "nope"}).status == 127);
  CHECK(site.picket({"run", "web1", "greet", "alice"}).status == 2);

  Child slow = site.start_picket({"run", "web1", "slow"}, "slow");
  wait_until("it has begun", [&] { return contains(read(site / "slow"), "begun"); });
  slow.signal(SIGINT);
  CHECK(WEXITSTATUS(slow.wait()) == 128 + SIGINT);
  CHECK(running("sleep 60") == 0);  // nothing of it is left

  const auto json = objects_in(site.picket({"run", "web1", "both", "--json"}).output);
  REQUIRE(json.size() >= 4);
  CHECK(json.front().contains("execution"));
  CHECK(json.back().at("execution_ended").at("end").at("code") == 3);
  CHECK(contains(site.picket({"audit"}).output, "run.end"));
  CHECK(site.picket({"audit", "verify", site / "state/audit.jsonl"}).status <= 1);
}

TEST_CASE("a command on many nodes says whose each line is, and stops where it is told to",
          "[.][run-many]") {
  Operated host({"web1", "web2", "web3"});
  const Site& site = host.site;
  const auto all = site.picket({"run", "web*", "greet", "name=all"});
  CHECK(all.status == 0);
  for (const char* line : {"web1: hello all\n", "web2: hello all\n", "web3: hello all\n"})
    CHECK(contains(all.output, line));
  CHECK(contains(site.picket({"run", "@all", "greet", "name=x", "--group"}).output,
                 "--- web1, web2, web3 (3)\nhello x\n"));
  const auto canary = site.picket({"run", "web*", "go", "--canary", "1"});
  CHECK(canary.status == 1);
  CHECK(contains(canary.output, "web1  exited 1"));
  CHECK(contains(canary.output, "web3  not run"));
  const auto stopped = site.picket({"run", "web*", "go", "--batch", "1", "--stop-after", "2"});
  CHECK(contains(stopped.output, "web2  exited 1"));
  CHECK(contains(stopped.output, "web3  not run"));
  host.site.kill_node("web3");
  site.await_state("web3", "disconnected");
  const auto without = site.picket({"run", "web*", "greet", "name=x"});
  CHECK(without.status == 1);
  CHECK(contains(without.output, "web3 is not connected"));
}

TEST_CASE("a run outlasts its starter and the hub, and what ends with its node is said to be lost",
          "[.][run-outlasts]") {
  Operated host;
  Site& site = host.site;
  const std::string id = host.detach({"slow"});
  wait_until("it runs", [&] { return host.last().at("state") == "running"; });
  site.kill_hub();
  site.start_hub();
  site.await_state("web1", "connected");
  wait_until("it is known again", [&] { return host.last().at("state") == "running"; });
  CHECK(running("sleep 60") > 0);
  CHECK(site.picket({"cancel", id}).status == 0);
  wait_until("it has ended", [&] { return host.last().at("state") == "ended"; });
  CHECK(host.last().at("end").at("kind") == "cancelled");
  const auto attached = site.picket({"attach", id});
  CHECK(attached.status == 130);
  CHECK(contains(attached.output, "6 bytes of output are missing"));  // the hub had them in memory

  const std::string lost = host.detach({"slow"});
  wait_until("it runs", [&] { return host.last().at("state") == "running"; });
  site.kill_node("web1");
  site.await_state("web1", "disconnected");
  CHECK(host.last().at("state") == "unknown");
  wait_until("nothing of it is left", [&] { return running("sleep 60") == 0; });
  site.start_node("web1");
  wait_until("it is lost", [&] { return host.last().at("state") == "ended"; });
  CHECK(host.last().at("end").at("kind") == "lost");
  CHECK(site.picket({"attach", lost}).status == 125);
}

TEST_CASE("whatever is killed, a command is run at most once and has exactly one end",
          "[.][run-killed]") {
  constexpr int kRuns = 150;
  Operated host;
  Site& site = host.site;
  std::mt19937 random(1);
  std::vector<Child> clients;
  for (int n = 0; n < kRuns; ++n) {
    clients.push_back(site.start_picket(
        {"run", "web1", "mark", "n=" + std::to_string(n), "pause=" + std::to_string(random() % 4)},
        "client" + std::to_string(n)));
    switch (random() % 24) {
      case 0:
        site.kill_hub();
        site.start_hub();
        host.await_commands("web1");
        break;
      case 3:  // an agent's own does not come back without it
        run({"pkill", "-KILL", "-x", "run-commands"});
        [[fallthrough]];
      case 1:
        site.kill_node("web1");
        site.start_node("web1");
        host.await_commands("web1");
        break;
      case 2: clients.pop_back(); break;
      case 4: run({"pkill", "-KILL", "-f", "/run/marks"}); break;
      default: usleep(static_cast<useconds_t>(random() % 30'000));
    }
  }
  site.kill_node("web1");
  site.start_node("web1");
  site.await_state("web1", "connected");
  wait_until(
      "all have ended",
      [&] {
        const auto all = host.executions();
        return std::ranges::all_of(all, [](const Json& one) { return one.at("state") == "ended"; });
      },
      60s);
  std::map<std::string, int> marks;
  std::ifstream file("/run/marks");
  for (std::string line; std::getline(file, line);) ++marks[line];
  for (const auto& [n, count] : marks) {
    INFO("n=" << n);
    CHECK(count == 1);
  }
  CHECK(marks.size() > kRuns / 4);  // not all were lost
  // A hub that is killed before it has stored an end is told it once more, and records it again.
  std::map<std::string, std::set<std::string>> ends;
  for (const Json& record : objects_in(site.picket({"audit", "--json"}).output)) {
    if (record.at("action") == "run.end")
      ends[record.at("details").at("execution")].insert(record.at("outcome"));
  }
  std::map<std::string, int> kinds;
  for (const Json& one : host.executions()) {
    INFO(one.dump());
    CHECK(ends[one.at("id")].size() == 1);
    const Json& end = one.at("end");
    ++kinds[end.at("kind").get<std::string>() + " " + end.value("reason", "")];
    const bool did_well = end.at("kind") == "exited" && end.at("code") == 0;
    if (did_well) CHECK(marks[one.at("arguments").at("n")] == 1);
  }
  std::string told;
  for (const auto& [kind, count] : kinds) told += std::to_string(count) + " " + kind + "\n";
  WARN(marks.size() << " of " << kRuns << " were run\n" << told);
  clients.clear();
  wait_until("no process of a command is left", [&] { return running("/run/marks") == 0; });
  const std::string pid = std::to_string(site.node("web1").pid());
  const auto zombies = run({"ps", "-o", "stat=", "--ppid", pid});
  CHECK_FALSE(contains(zombies.output, "Z"));
}

TEST_CASE("a client that never reads costs little, and nobody else notices", "[.][run-flood]") {
  Operated host;
  Site& site = host.site;
  const auto grown = [&, hub = resident_kib(site.hub().pid()),
                      node = resident_kib(site.node("web1").pid())] {
    return std::pair(resident_kib(site.hub().pid()) - hub,
                     resident_kib(site.node("web1").pid()) - node);
  };
  const Child never(
      {"/bin/sh", "-c",
       program("picket") + " --socket " + site.socket() + " run web1 flood | sleep 100"});
  wait_until("it runs", [&] {
    const auto all = host.executions();
    return !all.empty() && all.back().at("state") == "running" &&
           all.back().at("output_bytes").get<uint64_t>() > 100'000;
  });
  for (int i = 0; i < 5; ++i)
    CHECK(site.picket({"run", "web1", "greet", "name=x"}).output == "hello x\n");
  const auto [hub_kib, node_kib] = grown();
  INFO("hub +" << hub_kib << " KiB, node +" << node_kib << " KiB");
  CHECK(hub_kib <= 4096);
  CHECK(node_kib <= 4096);
  const uint64_t written = host.executions().front().at("output_bytes");
  CHECK(written < 16 * 1024 * 1024);  // it waits
  WARN("hub +" << hub_kib << " KiB, node +" << node_kib << " KiB, " << written << " bytes taken");
}

}  // namespace picket::test
