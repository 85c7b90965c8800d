// How long after utmp (or logind) has a login it stands on the pipe of `picket watch --json`:
// `login_latency_bench [utmp|logind] [LOGINS]` makes a throw-away host with the real sshd, hub,
// node and client, and logs in with a terminal, 100 times unless told otherwise. Needs root.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/process.h"
#include "tests/bench/programs.h"
#include "tests/support/change_times.h"
#include "tests/support/login_host.h"

namespace picket::bench {
namespace {

constexpr int kPatienceMs = 20'000;
// sshd and logind write of a session's end after it is told: not to be taken for the next login.
constexpr auto kQuiet = std::chrono::milliseconds(300);

// The lines of a program's output, each with the moment in which it could be read.
class Lines {
 public:
  explicit Lines(const std::vector<std::string>& program) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    from_.reset(ends[0]);
    const UniqueFd to(ends[1]);
    program_.emplace(program, "/proc/self/fd/" + std::to_string(to.get()));
  }
  // When the next line that has `text` came.
  SteadyTime wait_for(const std::string& text) {
    for (auto line = next(); true; line = next()) {
      if (line.find(text) != std::string::npos) return came_;
    }
  }

 private:
  std::string next() {
    for (auto end = rest_.find('\n'); true; end = rest_.find('\n')) {
      if (end != std::string::npos) {
        std::string line = rest_.substr(0, end);
        rest_.erase(0, end + 1);
        return line;
      }
      read_some();
    }
  }
  void read_some() {
    pollfd readable{from_.get(), POLLIN, 0};
    char buffer[4096];
    if (::poll(&readable, 1, kPatienceMs) != 1) throw std::runtime_error("no line comes");
    came_ = std::chrono::steady_clock::now();
    const ssize_t got = ::read(from_.get(), buffer, sizeof buffer);
    if (got <= 0) throw std::runtime_error("the lines have ended");
    rest_.append(buffer, static_cast<std::size_t>(got));
  }

  UniqueFd from_;
  std::optional<test::Child> program_;
  std::string rest_;
  SteadyTime came_;
};

void print(std::vector<double> delays) {
  if (delays.empty()) return;
  std::sort(delays.begin(), delays.end());
  const auto at = [&](double share) {
    return delays[static_cast<std::size_t>(share * static_cast<double>(delays.size() - 1) + 0.5)];
  };
  std::printf("p50 %.2f ms   p99 %.2f ms   max %.2f ms\n", at(0.5), at(0.99), delays.back());
}

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
  Lines lines({PICKET_PROGRAMS "/picket", "--socket", hub.socket(), "watch", "--json"});
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
  print(delays);
}

// Outside of a throw-away host the logins would be this machine's.
int run_on_throwaway_host(const std::string& source, const std::string& logins) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  ::execl(PICKET_SOURCE "/tests/support/throwaway_host", "throwaway_host", self.c_str(),
          source.c_str(), logins.c_str(), "inside", nullptr);
  throw std::runtime_error("can't start tests/support/throwaway_host");
}

int run(int argc, char* argv[]) {
  const std::string source = argc > 1 ? argv[1] : "utmp";
  const std::string logins = argc > 2 ? argv[2] : "100";
  if (source != "utmp" && source != "logind") {
    throw std::runtime_error("usage: login_latency_bench [utmp|logind] [LOGINS]");
  }
  if (argc <= 3) return run_on_throwaway_host(source, logins);
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
