// What it costs to run a command on many nodes: `run_fleet_bench [NODES] [RUNS]` makes a throw-away
// host with a real hub and 20 real agents, each with its executor, and takes turns: the whole of
// `picket run @all` beside as many bare spawns at once, and beside `picket run` on one node. All
// agents share this machine's cores, which those of real servers don't. Needs root.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <list>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/bench/programs.h"
#include "tests/bench/spawn.h"
#include "tests/bench/throwaway.h"
#include "tests/bench/turns.h"
#include "tests/support/command.h"

namespace picket::bench {
namespace {

constexpr char kAllowlist[] = "[commands.true]\nargv = [\"/bin/true\"]\nuser = \"root\"\n";

// Whoever has just connected may not have told its commands yet.
void wait_until_it_runs(const Words& everywhere) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (true) {
    const auto ran = test::run(everywhere);
    if (ran.status == 0) return;
    if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error(ran.output);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void measure(std::size_t count, std::size_t runs) {
  std::filesystem::create_directories("/etc/picket");
  test::write("/etc/picket/commands.toml", kAllowlist);
  const HubProcess hub(count);
  std::list<NodeProcess> nodes;
  for (std::size_t i = 0; i < count; ++i) nodes.emplace_back(hub, i);
  for (const auto& node : nodes) node.wait_for_source("proc");
  const Words run = {PICKET_PROGRAMS "/picket", "--socket", hub.socket(), "run"};
  const auto on = [&](const std::string& selector) {
    Words words = run;
    words.insert(words.end(), {selector, "true"});
    return words;
  };
  wait_until_it_runs(on("@all"));
  const std::string nodes_text = std::to_string(count) + " nodes";
  take_turns(
      "picket run on " + nodes_text + ", beside as many bare spawns at once",
      [&] { spawn(on("@all")); }, [&] { spawn_at_once({"/bin/true"}, count); }, runs);
  take_turns(
      "picket run on " + nodes_text + ", beside the same on one", [&] { spawn(on("@all")); },
      [&] { spawn(on("n0")); }, runs);
}

int run(int argc, char* argv[]) {
  const std::string nodes = argc > 1 ? argv[1] : "20";
  const std::string runs = argc > 2 ? argv[2] : "100";
  // Outside of a throw-away host the commands would be this machine's.
  if (argc <= 3) run_on_throwaway_host({nodes, runs, "inside"});
  measure(std::stoul(nodes), std::stoul(runs));
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace picket::bench

int main(int argc, char* argv[]) {
  try {
    return picket::bench::run(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "run_fleet_bench: %s\n", exception.what());
    return EXIT_FAILURE;
  }
}
