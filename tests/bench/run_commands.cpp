// What it costs to run a command through hub, node and executor: `run_commands_bench [RUNS]` makes
// a throw-away host with the real programs and a real sshd, and takes turns: a run over one
// connection beside bare processes on the same way and beside a bare spawn, whole `picket run`
// programs beside ssh over a connection that stands already, and 1,000,000 lines of 100 bytes
// through each. Needs root.
#include <asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>

#include "client/lib/hub_client.h"
#include "tests/bench/command_floor.h"
#include "tests/bench/process.h"
#include "tests/bench/programs.h"
#include "tests/bench/spawn.h"
#include "tests/bench/throwaway.h"
#include "tests/bench/turns.h"
#include "tests/support/login_host.h"

namespace picket::bench {
namespace {

constexpr char kLines[] = "/run/lines";
constexpr std::size_t kLineCount = 1'000'000;
constexpr std::size_t kLineBytes = 100;

constexpr char kAllowlist[] =
    "[commands.true]\nargv = [\"/bin/true\"]\nuser = \"root\"\n"
    "[commands.lines]\nargv = [\"/bin/cat\", \"/run/lines\"]\nuser = \"root\"\n";

// One connection, run after run.
class Client {
 public:
  explicit Client(const std::string& socket) : hub_(io_.get_executor(), settings(socket)) {}

  void run(const std::string& label) {
    bool done = false;
    v1::ClientToHub request;
    request.mutable_run()->set_node("n0");
    request.mutable_run()->set_label(label);
    hub_.request(request, {.on_item = [](const v1::HubToClient& item) { check_end(item); },
                           .on_end = [&done] { done = true; },
                           .on_failure =
                               [](const client::Failure& failure) {
                                 throw std::runtime_error(failure.text);
                               }});
    if (io_.stopped()) io_.restart();
    while (!done && io_.run_one() > 0) {
    }
    if (!done) throw std::runtime_error("the hub is gone");
  }

 private:
  // What was refused would be quicker than what ran.
  static void check_end(const v1::HubToClient& item) {
    if (!item.has_execution_ended()) return;
    const v1::ExecutionEnd& end = item.execution_ended().end();
    if (end.kind() != v1::ExecutionEnd::KIND_EXITED || end.code() != 0)
      throw std::runtime_error("a run ended otherwise: " + end.reason());
  }

  static client::HubClientSettings settings(const std::string& socket) {
    client::HubClientSettings settings;
    settings.socket = socket;
    settings.program = "bench";
    settings.random = [engine = std::mt19937_64(1)]() mutable { return engine(); };
    return settings;
  }
  asio::io_context io_;
  client::HubClient hub_;
};

void make_lines() {
  std::string line(kLineBytes - 1, 'x');
  line += '\n';
  FILE* file = std::fopen(kLines, "w");
  for (std::size_t i = 0; i < kLineCount; ++i) std::fwrite(line.data(), 1, line.size(), file);
  std::fclose(file);
}

Words operator+(Words words, const std::string& last) {
  words.push_back(last);
  return words;
}

Words ssh_over_master(const test::LoginHost& host) {
  Words ssh = host.ssh("127.0.0.1");
  ssh.insert(ssh.begin() + 1, {"-o", "ControlPath=/run/ssh-master", "-o", "ControlMaster=auto",
                               "-o", "ControlPersist=60"});
  return ssh;
}

void measure_runs(const HubProcess& hub, std::size_t runs) {
  Client client(hub.socket());
  const CommandFloor floor;
  for (int i = 0; i < 20; ++i) client.run("true");
  take_turns(
      "a run over a connection, beside bare processes on the same way", [&] { client.run("true"); },
      [&] { floor.run(); }, runs);
  take_turns(
      "the same, beside a bare spawn", [&] { client.run("true"); }, [] { spawn({"/bin/true"}); },
      runs);
}

void measure_output(const Words& picket, const Words& ssh, pid_t hub, pid_t node) {
  const long hub_kib = memory_kib(hub);
  const long node_kib = memory_kib(node);
  take_turns(
      "1,000,000 lines of 100 bytes, beside ssh over its master", [&] { spawn(picket + "lines"); },
      [&] { spawn(ssh + ("cat " + std::string(kLines))); }, 5);
  std::printf("memory meanwhile: hub +%ld KiB, node +%ld KiB\n", memory_kib(hub) - hub_kib,
              memory_kib(node) - node_kib);
}

void measure(std::size_t runs) {
  std::filesystem::create_directories("/etc/picket");
  test::write("/etc/picket/commands.toml", kAllowlist);
  make_lines();
  test::LoginHost host;
  host.start_sshd();
  const HubProcess hub(1);
  const NodeProcess node(hub);
  node.wait_for_source("proc");
  const Words picket = {PICKET_PROGRAMS "/picket", "--socket", hub.socket(), "run", "n0"};
  const Words ssh = ssh_over_master(host);
  spawn(ssh + "true");  // the connection stands from now on
  measure_runs(hub, runs);
  take_turns(
      "the whole of picket run, beside ssh over its master", [&] { spawn(picket + "true"); },
      [&] { spawn(ssh + "true"); }, runs / 4);
  measure_output(picket, ssh, hub.pid(), node.pid());
}

int run(int argc, char* argv[]) {
  const std::string runs = argc > 1 ? argv[1] : "200";
  // Outside of a throw-away host the commands would be this machine's.
  if (argc <= 2) run_on_throwaway_host({runs, "inside"});
  measure(std::stoul(runs));
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace picket::bench

int main(int argc, char* argv[]) {
  try {
    return picket::bench::run(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "run_commands_bench: %s\n", exception.what());
    return EXIT_FAILURE;
  }
}
