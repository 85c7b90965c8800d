// How long after utmp (or logind) has a login it stands on the pipe of `picket watch --json`:
// `login_latency_bench [utmp|logind] [LOGINS]` makes a throw-away host with the real sshd, hub,
// node and client, and logs in with a terminal, 100 times unless told otherwise. Needs root.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/process.h"
#include "tests/bench/programs.h"
#include "tests/bench/throwaway.h"
#include "tests/bench/watched_lines.h"
#include "tests/support/change_times.h"
#include "tests/support/login_host.h"

namespace picket::bench {
namespace {

// sshd and logind write of a session's end after it is told: not to be taken for the next login.
constexpr auto kQuiet = std::chrono::milliseconds(300);

void measure(const std::string& source, std::size_t logins) {
  test::LoginHost host;
  if (source == "utmp") {
    host.make_utmp();
  } else {
    host.start_logind();
  }
  host.start_sshd();
  const HubProcess hub(1);
  const NodeProcess node(hub);
  node.wait_for_source(source);
  WatchedLines lines({PICKET_PROGRAMS "/picket", "--socket", hub.socket(), "watch", "--json"});
  lines.wait_for("\"live\"");
  test::ChangeTimes changes(source == "utmp" ? "/run" : "/run/systemd/sessions",
                            source == "utmp" ? "utmp" : "");
  std::vector<double> delays;
  std::size_t told_earlier = 0;
  for (std::size_t login = 0; login < logins; ++login) {
    const SteadyTime begun = std::chrono::steady_clock::now();
    const test::Child shell = host.log_in("127.0.0.1");
    const SteadyTime told = lines.wait_for("session.opened");
    const auto changed = changes.first_after(begun);
    if (!changed || *changed > told) {
      ++told_earlier;
    } else {
      delays.push_back(to_ms(told - *changed));
    }
    shell.type("exit\n");
    lines.wait_for("session.closed");
    std::this_thread::sleep_for(kQuiet);
  }
  std::printf("%s has a login -> line on the pipe of picket watch, %zu logins\n", source.c_str(),
              logins);
  if (told_earlier > 0) std::printf("told by another source before: %zu\n", told_earlier);
  print_delays(delays);
}

int run(int argc, char* argv[]) {
  const std::string source = argc > 1 ? argv[1] : "utmp";
  const std::string logins = argc > 2 ? argv[2] : "100";
  if (source != "utmp" && source != "logind") {
    throw std::runtime_error("usage: login_latency_bench [utmp|logind] [LOGINS]");
  }
  // Outside of a throw-away host the logins would be this machine's.
  if (argc <= 3) run_on_throwaway_host({source, logins, "inside"});
  measure(source, std::stoul(logins));
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace picket::bench

int main(int argc, char* argv[]) {
  try {
    return picket::bench::run(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "login_latency: %s\n", exception.what());
    return EXIT_FAILURE;
  }
}
