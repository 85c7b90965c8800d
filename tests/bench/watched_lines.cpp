#include "tests/bench/watched_lines.h"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace picket::bench {
namespace {

constexpr int kPatienceMs = 20'000;

}  // namespace

WatchedLines::WatchedLines(const std::vector<std::string>& program) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  from_.reset(ends[0]);
  const UniqueFd to(ends[1]);
  program_.emplace(program, "/proc/self/fd/" + std::to_string(to.get()));
}

SteadyTime WatchedLines::wait_for(const std::string& text) {
  for (auto line = next(); true; line = next()) {
    if (line.find(text) != std::string::npos) return came_;
  }
}

std::string WatchedLines::next() {
  for (auto end = rest_.find('\n'); true; end = rest_.find('\n')) {
    if (end != std::string::npos) {
      std::string line = rest_.substr(0, end);
      rest_.erase(0, end + 1);
      return line;
    }
    read_some();
  }
}

void WatchedLines::read_some() {
  pollfd readable{from_.get(), POLLIN, 0};
  char buffer[4096];
  if (::poll(&readable, 1, kPatienceMs) != 1) throw std::runtime_error("no line comes");
  came_ = std::chrono::steady_clock::now();
  const ssize_t got = ::read(from_.get(), buffer, sizeof buffer);
  if (got <= 0) throw std::runtime_error("the lines have ended");
  rest_.append(buffer, static_cast<std::size_t>(got));
}

double percentile(std::vector<double> delays, double share) {
  std::sort(delays.begin(), delays.end());
  return delays[static_cast<std::size_t>(share * static_cast<double>(delays.size() - 1) + 0.5)];
}

void print_delays(const std::vector<double>& delays) {
  if (delays.empty()) return;
  std::printf("p50 %6.2f ms   p99 %6.2f ms   max %6.2f ms\n", percentile(delays, 0.5),
              percentile(delays, 0.99), percentile(delays, 1));
}

}  // namespace picket::bench
