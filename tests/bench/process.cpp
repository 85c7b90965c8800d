#include "tests/bench/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace picket::bench {
namespace {

constexpr long kKernelStackKib = 16;  // of one thread, on 64-bit Linux
constexpr int kPatienceMs = 120'000;

long number_in(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key + ":")) return std::stol(line.substr(key.size() + 1));
  }
  throw std::runtime_error(path + " has no " + key);
}

}  // namespace

Fork::Fork(const std::function<void()>& body) : pid_(::fork()) {
  if (pid_ < 0) throw std::runtime_error("can't fork");
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    body();
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "%s\n", exception.what());
    ::_exit(1);
  }
  ::_exit(0);
}

Fork::~Fork() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Pipe::Pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  from_.reset(ends[0]);
  to_.reset(ends[1]);
}

void Pipe::tell(std::size_t number) const {
  if (::write(to_.get(), &number, sizeof number) < 0) throw std::runtime_error("nobody hears");
}

// We have a copy of the writing end ourselves, so the other's death would not be seen.
std::size_t Pipe::hear() const {
  pollfd readable{from_.get(), POLLIN, 0};
  ::poll(&readable, 1, kPatienceMs);
  const auto number = try_hear();
  if (!number) throw std::runtime_error("the other process says nothing");
  return *number;
}

std::optional<std::size_t> Pipe::try_hear() const {
  std::size_t number = 0;
  pollfd readable{from_.get(), POLLIN, 0};
  if (::poll(&readable, 1, 0) != 1) return std::nullopt;
  if (::read(from_.get(), &number, sizeof number) != sizeof number) return std::nullopt;
  return number;
}

long status_of(pid_t pid, const std::string& key) {
  return number_in("/proc/" + std::to_string(pid) + "/status", key);
}

long memory_kib(pid_t pid) {
  return status_of(pid, "VmRSS") + status_of(pid, "VmPTE") +
         status_of(pid, "Threads") * kKernelStackKib;
}

Nanoseconds cpu_of(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
    throw std::runtime_error("no CPU time of process " + std::to_string(pid));
  }
  return std::chrono::seconds(time.tv_sec) + Nanoseconds(time.tv_nsec);
}

long wake_ups(pid_t pid) {
  long count = 0;
  for (const auto& thread :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    count += status_of(std::stoi(thread.path().filename()), "voluntary_ctxt_switches");
  }
  return count;
}

long private_dirty_kib(pid_t pid) {
  return number_in("/proc/" + std::to_string(pid) + "/smaps_rollup", "Private_Dirty");
}

std::vector<pid_t> children_of(pid_t pid) {
  const std::string id = std::to_string(pid);
  std::ifstream file("/proc/" + id + "/task/" + id + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

long meminfo_kib(const std::string& key) { return number_in("/proc/meminfo", key); }

}  // namespace picket::bench
