// How long after a line was logged it stands on the pipe of `picket watch --json`, from a file and
// from the real journald, with and without a hint that somebody logs in; and how often the node is
// woken on a busy host. `log_latency_bench [LINES]` makes a throw-away host with the real hub, node
// and client, and logs 100 lines each way unless told otherwise. Needs root.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "common/rfc3339.h"
#include "common/system_clock.h"
#include "tests/bench/process.h"
#include "tests/bench/programs.h"
#include "tests/bench/throwaway.h"
#include "tests/bench/watched_lines.h"
#include "tests/support/journal_host.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/utmp_records.h"

namespace picket::bench {
namespace {

using namespace std::chrono_literals;

constexpr char kLogFile[] = "/var/log/auth.log";
constexpr char kOtherLogFile[] = "/var/log/syslog";
constexpr char kLoginFile[] = "/var/log/wtmp";
constexpr int kBusyLines = 1000;
constexpr auto kBusyStep = 10ms;
constexpr auto kQuiet = 2s;  // from the last line to nothing to do

void must_write(int fd, const std::string& bytes) {
  if (::write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("can't write");
}

// A file that lines are appended to.
class File {
 public:
  explicit File(const char* path)
      : fd_(::open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640)) {}
  void append(const std::string& bytes) const { must_write(fd_.get(), bytes); }
  void log(const std::string& message) const {
    append(to_rfc3339(SystemClock().wall(), 6) + " host sshd[7]: " + message + "\n");
  }

 private:
  UniqueFd fd_;
};

// What syslog(3) does, of facility authpriv.
class Syslog {
 public:
  Syslog() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string("/run/systemd/journal/dev-log").copy(address.sun_path, sizeof address.sun_path - 1);
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("no journald");
  }
  void log(const std::string& message) const {
    must_write(socket_.get(), "<86>sshd[7]: " + message);
  }

 private:
  UniqueFd socket_;
};

using Log = std::function<void(const std::string& message)>;

std::string failure_of(const std::string& user) {
  return "Failed password for " + user + " from 192.0.2.7 port 50122 ssh2";
}

// As sshd does it: right after the line.
void hint() {
  static const File logins(kLoginFile);
  logins.append(test::utmp_record({}));
}

// The real programs, which read this host's log.
struct Watched {
  explicit Watched(const std::string& source) : hub(1), node(hub) {
    node.wait_for_source(source);
    lines.emplace(std::vector<std::string>{PICKET_PROGRAMS "/picket", "--socket", hub.socket(),
                                           "watch", "--json"});
    lines->wait_for("\"live\"");
  }
  HubProcess hub;
  NodeProcess node;
  std::optional<WatchedLines> lines;
};

struct Way {
  const char* name;
  Nanoseconds pause;                              // between two lines
  bool is_hinted = false;                         // with each line
  std::optional<Nanoseconds> hinted_before = {};  // so long before the line there was another hint
};

struct Measured {
  std::vector<double> delays_ms;
  double cpu_ms = 0;  // of the node for a line
};

Measured measure(Watched& watched, const Log& log, const Way& way, std::size_t lines) {
  static int user = 0;
  Measured measured;
  std::this_thread::sleep_for(kQuiet);
  const Nanoseconds cpu_before = cpu_of(watched.node.pid());
  for (std::size_t line = 0; line < lines; ++line) {
    if (way.hinted_before) {
      hint();
      std::this_thread::sleep_for(*way.hinted_before);
    }
    const std::string name = "guest" + std::to_string(++user) + "x";
    log(failure_of(name));
    const SteadyTime logged = std::chrono::steady_clock::now();
    if (way.is_hinted) hint();
    measured.delays_ms.push_back(to_ms(watched.lines->wait_for(name) - logged));
    // Not in step with anything that the node or journald does by the clock.
    std::this_thread::sleep_for(way.pause + std::chrono::milliseconds(line * 37 % 100));
  }
  measured.cpu_ms = to_ms(cpu_of(watched.node.pid()) - cpu_before) / static_cast<double>(lines);
  std::printf("%-44s ", way.name);
  print_delays(measured.delays_ms);
  std::printf("%-44s %.2f ms CPU of the node a line\n", "", measured.cpu_ms);
  std::fflush(stdout);
  return measured;
}

void count_wake_ups(const Watched& watched, const char* name, const Log& log) {
  std::this_thread::sleep_for(kQuiet);
  const long before = wake_ups(watched.node.pid());
  const Nanoseconds cpu_before = cpu_of(watched.node.pid());
  const SteadyTime begun = std::chrono::steady_clock::now();
  for (int line = 0; line < kBusyLines; ++line) {
    log(failure_of("busy" + std::to_string(line)));
    std::this_thread::sleep_until(begun + line * kBusyStep);
  }
  const double seconds = to_ms(std::chrono::steady_clock::now() - begun) / 1000;
  std::printf("%-44s %6.1f wake-ups/s   %.2f ms CPU/s\n", name,
              static_cast<double>(wake_ups(watched.node.pid()) - before) / seconds,
              to_ms(cpu_of(watched.node.pid()) - cpu_before) / seconds);
  std::fflush(stdout);
}

double median(const Measured& measured) { return percentile(measured.delays_ms, 0.5); }

void measure_all(std::size_t lines) {
  std::filesystem::remove_all("/var/log/journal");
  test::write(kLoginFile, "");
  test::write(kLogFile, "");
  std::printf("a line is logged -> it is on the pipe of picket watch, %zu lines each\n", lines);
  Measured file;
  {
    Watched watched(kLogFile);
    const File log(kLogFile);
    file = measure(watched, [&](const auto& message) { log.log(message); }, {"file", 50ms}, lines);
  }
  const test::JournalHost journald;
  Watched watched("journald");
  const Syslog syslog;
  const Log log = [&](const std::string& message) { syslog.log(message); };
  const Measured hinted = measure(watched, log, {"journald, with a hint", 1100ms, true}, lines);
  const Measured silent = measure(watched, log, {"journald, no hint", 1100ms}, lines);
  measure(watched, log, {"journald, a hint 0.5 s after another", 700ms, true, 500ms}, lines);
  std::printf(
      "without a hint : with : file = %.1f : %.1f : 1;  a burst of reads costs %.2f ms CPU\n",
      median(silent) / median(file), median(hinted) / median(file), hinted.cpu_ms - silent.cpu_ms);
  const File other(kOtherLogFile);
  count_wake_ups(watched, "nothing is logged", [](const std::string&) {});
  count_wake_ups(watched, "100 lines/s to journald", log);
  count_wake_ups(watched, "100 lines/s to another file of /var/log",
                 [&](const std::string& message) { other.log(message); });
}

int run(int argc, char* argv[]) {
  const std::string lines = argc > 1 ? argv[1] : "100";
  // Outside of a throw-away host the log would be this machine's.
  if (argc <= 2) {
    ::setenv("THROWAWAY_HOST_SECONDS", std::to_string(120 + 6 * std::stoul(lines)).c_str(), 1);
    run_on_throwaway_host({lines, "inside"});
  }
  measure_all(std::stoul(lines));
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace picket::bench

int main(int argc, char* argv[]) {
  try {
    return picket::bench::run(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "log_latency: %s\n", exception.what());
    return EXIT_FAILURE;
  }
}
