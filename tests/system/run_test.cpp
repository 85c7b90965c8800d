// Commands through the real programs, on a host of their own (tests/support/throwaway_host): what a
// person types and gets.
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "tests/support/catch.h"
#include "tests/system/operated.h"

namespace picket::test {

using namespace std::chrono_literals;

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

TEST_CASE("Ctrl-C is heard also while nobody reads what is written", "[.][run-blocked]") {
  Operated host;
  const Site& site = host.site;
  const std::string pipe = site / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  // It holds the pipe's other end itself, and never reads.
  const std::string words = " --socket " + site.socket() + " run web1 flood";
  Child blocked(
      {"/bin/sh", "-c", "exec 9<>" + pipe + "; exec " + program("picket") + words + " > " + pipe});
  const auto taken = [&] { return host.last().at("output_bytes").get<uint64_t>(); };
  wait_until("it floods", [&] { return !host.executions().empty() && taken() > 100'000; });
  blocked.signal(SIGINT);
  wait_until("it is cancelled", [] { return running("/usr/bin/head -c") == 0; });
  CHECK_FALSE(blocked.wait_for(0ms));  // what the command has written is still to be read
  blocked.signal(SIGINT);
  const auto status = blocked.wait_for(5s);
  REQUIRE(status);
  CHECK(WIFSIGNALED(*status));
  CHECK(WTERMSIG(*status) == SIGINT);
  wait_until("it has ended", [&] { return host.last().at("state") == "ended"; });
  CHECK(host.last().at("end").at("kind") == "cancelled");
}

TEST_CASE(
    "an agent that root started runs commands as soon as there is an allowlist, and again "
    "when who runs them was killed",
    "[.][run-late]") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  std::filesystem::create_directories("/etc/picket");
  site.add_node("web1");
  const auto shown = [&] { return site.picket({"commands", "web1"}).output; };
  CHECK_FALSE(contains(shown(), "greet"));
  CHECK(running("run-commands") == 0);
  write("/etc/picket/commands.toml", kAllowlist);
  wait_until("web1 runs commands", [&] { return contains(shown(), "greet"); }, 10s);
  const auto greets = [&] {
    return site.picket({"run", "web1", "greet", "name=x"}).output == "hello x\n";
  };
  for (int times = 0; times < 2; ++times) {
    CHECK(greets());
    REQUIRE(run({"pkill", "-KILL", "-x", "run-commands"}).status == 0);
    wait_until("it is back", greets, 10s);
  }
  CHECK(run({"pgrep", "-xc", "run-commands"}).output == "1\n");
}

}  // namespace picket::test
