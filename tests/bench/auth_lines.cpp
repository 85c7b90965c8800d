// How many lines of an auth log are read in a second: `auth_lines_bench` reads the recorded lines
// of tests/fixtures/auth_log again and again, beside memchr() over the same bytes in the same run:
// the floor of anything that looks at each line. Message forms alone, then events as well.
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "node/auth_log/grammar.h"
#include "node/auth_log/read_line.h"
#include "tests/node/auth_log/fixture_lines.h"

namespace picket::bench {
namespace {

// What is compared takes turns, so that nothing else on the machine slows only one; each one's best
// turn counts.
constexpr int kTurns = 40;
constexpr auto kTurn = std::chrono::milliseconds(50);

Nanoseconds cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + Nanoseconds(time.tv_nsec);
}

// Reads all lines, again and again.
struct Measured {
  const char* name;
  std::function<void()> pass;
  double lines_per_second = 0;  // of CPU time

  void take_turn(std::size_t lines) {
    const Nanoseconds begun = cpu_time();
    std::size_t done = 0;
    while (cpu_time() - begun < kTurn) {
      pass();
      done += lines;
    }
    const auto seconds = std::chrono::duration<double>(cpu_time() - begun).count();
    lines_per_second = std::max(lines_per_second, static_cast<double>(done) / seconds);
  }
};

std::size_t count_lines(const std::string& bytes) {
  std::size_t lines = 0;
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while ((at = static_cast<const char*>(
              std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) != nullptr) {
    ++at;
    ++lines;
  }
  return lines;
}

void run() {
  std::vector<node::test::FixtureLine> texts;
  for (const std::string release : {"bookworm", "trixie"}) {
    for (const auto& line : node::test::fixture_lines(release)) texts.push_back(line);
  }
  std::string bytes;
  std::vector<node::LogLine> lines;
  for (const auto& text : texts) {
    bytes += text.text + "\n";
    lines.push_back(text.from_journal());
  }
  std::size_t kept = 0;  // so that nothing is left out as unused
  const node::Grammar grammar;
  node::LineReader reader([](std::string_view) { return std::optional<uint32_t>(1001); });
  Measured all[] = {
      {.name = "memchr", .pass = [&] { kept += count_lines(bytes); }},
      {.name = "message forms",
       .pass =
           [&] {
             for (const node::LogLine& line : lines) {
               node::Claim claim;
               kept +=
                   grammar.read(line.process, line.message, &claim) == node::Grammar::Found::kClaim;
             }
           }},
      {.name = "forms, trust, attempt, event",
       .pass =
           [&] {
             for (const node::LogLine& line : lines)
               kept += reader.read(line).verdict == node::Reading::Verdict::kEvent;
           }},
  };
  for (int turn = 0; turn < kTurns; ++turn) {
    for (Measured& one : all) one.take_turn(lines.size());
  }
  std::printf("%zu lines, %zu bytes each\n", lines.size(), bytes.size() / lines.size());
  for (const Measured& one : all) {
    std::printf("%-34s %7.2f M lines/s  %5.1f %% of memchr\n", one.name, one.lines_per_second / 1e6,
                100 * one.lines_per_second / all[0].lines_per_second);
  }
  if (kept == 0) std::puts("nothing was read");
}

}  // namespace
}  // namespace picket::bench

int main() { picket::bench::run(); }
