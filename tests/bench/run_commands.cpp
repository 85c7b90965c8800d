// What it costs to run a command through hub, node and executor: `run_commands_bench [RUNS]` makes
// a throw-away host with the real programs and a real sshd, and takes turns: a run over one
// connection beside a bare spawn, whole `picket run` programs beside ssh over a connection that
// stands already, and 1,000,000 lines of 100 bytes through each. Needs root.
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "client/lib/hub_client.h"
#include "tests/bench/process.h"
#include "tests/bench/programs.h"
#include "tests/bench/throwaway.h"
#include "tests/support/login_host.h"

namespace picket::bench {
namespace {

using Words = std::vector<std::string>;

constexpr char kLines[] = "/run/lines";
constexpr std::size_t kLineCount = 1'000'000;
constexpr std::size_t kLineBytes = 100;

constexpr char kAllowlist[] =
    "[commands.true]\nargv = [\"/bin/true\"]\nuser = \"root\"\n"
    "[commands.lines]\nargv = [\"/bin/cat\", \"/run/lines\"]\nuser = \"root\"\n";

double ms_of(const std::function<void()>& action) {
  const SteadyTime begun = std::chrono::steady_clock::now();
  action();
  return to_ms(std::chrono::steady_clock::now() - begun);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.at(values.size() / 2);
}

void spawn(const Words& words) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  int status = 0;
  if (::posix_spawnp(&pid, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0 ||
      ::waitpid(pid, &status, 0) != pid || status != 0)
    throw std::runtime_error("failed: " + words[0]);
}

// One connection, run after run.
class Client {
 public:
  explicit Client(const std::string& socket) : hub_(io_.get_executor(), settings(socket)) {}

  void run(const std::string& label) {
    bool done = false;
    v1::ClientToHub request;
    request.mutable_run()->set_node("n0");
    request.mutable_run()->set_label(label);
    hub_.request(request, {.on_item = [](const v1::HubToClient&) {},
                           .on_end = [&done] { done = true; },
                           .on_failure =
                               [](const client::Failure& failure) {
                                 throw std::runtime_error(failure.text);
                               }});
    if (io_.stopped()) io_.restart();
    while (!done && io_.run_one() > 0) {
    }
  }

 private:
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

void compare(const char* what, const std::function<void()>& ours,
             const std::function<void()>& theirs, std::size_t runs) {
  std::vector<double> our_ms;
  std::vector<double> their_ms;
  for (std::size_t i = 0; i < runs; ++i) {
    our_ms.push_back(ms_of(ours));
    their_ms.push_back(ms_of(theirs));
  }
  std::printf("%-58s p50 %8.2f ms, beside %8.2f ms: %.2f times\n", what, median(our_ms),
              median(their_ms), median(our_ms) / median(their_ms));
}

void make_lines() {
  std::string line(kLineBytes - 1, 'x');
  line += '\n';
  FILE* file = std::fopen(kLines, "w");
  for (std::size_t i = 0; i < kLineCount; ++i) std::fwrite(line.data(), 1, line.size(), file);
  std::fclose(file);
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
  Client client(hub.socket());
  const Words picket = {PICKET_PROGRAMS "/picket", "--socket", hub.socket(), "run", "n0"};
  Words ssh = host.ssh("127.0.0.1");
  ssh.insert(ssh.begin() + 1, {"-o", "ControlPath=/run/ssh-master", "-o", "ControlMaster=auto",
                               "-o", "ControlPersist=60"});
  const auto with = [](Words words, const std::string& more, bool silent) {
    words.push_back(more);
    if (!silent) return words;
    std::string line;
    for (const auto& word : words) line += "'" + word + "' ";
    return Words{"/bin/sh", "-c", line + "> /dev/null"};
  };
  spawn(with(ssh, "true", true));  // the connection stands from now on
  for (int i = 0; i < 20; ++i) client.run("true");
  compare(
      "a run over a connection, beside a bare spawn", [&] { client.run("true"); },
      [] { spawn({"/bin/true"}); }, runs);
  compare(
      "the whole of picket run, beside ssh over its master",
      [&] { spawn(with(picket, "true", true)); }, [&] { spawn(with(ssh, "true", true)); },
      runs / 4);
  const long hub_kib = memory_kib(hub.pid());
  const long node_kib = memory_kib(node.pid());
  compare(
      "1,000,000 lines of 100 bytes, beside ssh over its master",
      [&] { spawn(with(picket, "lines", true)); },
      [&] { spawn(with(ssh, "cat /run/lines", true)); }, 5);
  std::printf("memory meanwhile: hub +%ld KiB, node +%ld KiB\n", memory_kib(hub.pid()) - hub_kib,
              memory_kib(node.pid()) - node_kib);
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
