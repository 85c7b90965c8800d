// How many lines of an auth log are read in a second: `auth_lines_bench` reads the recorded lines
// of tests/fixtures/auth_log again and again, beside memchr() over the same bytes in the same run:
// the floor of anything that looks at each line. Message forms alone, then events as well.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "node/auth_log/grammar.h"
#include "node/auth_log/read_line.h"
#include "tests/node/auth_log/fixture_lines.h"

namespace picket::bench {
namespace {

constexpr auto kTime = std::chrono::seconds(2);

// Of several thousand lines between two looks at the clock.
template <typename Pass>
double lines_per_second(std::size_t lines, Pass pass) {
  using Clock = std::chrono::steady_clock;
  const auto begun = Clock::now();
  std::size_t done = 0;
  while (Clock::now() - begun < kTime) {
    pass();
    done += lines;
  }
  return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - begun).count();
}

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

void print(const char* what, double rate, double floor) {
  std::printf("%-34s %7.2f M lines/s  %5.1f %% of memchr\n", what, rate / 1e6, 100 * rate / floor);
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
  const double floor = lines_per_second(lines.size(), [&] { kept += count_lines(bytes); });
  const node::Grammar grammar;
  const double forms = lines_per_second(lines.size(), [&] {
    for (const node::LogLine& line : lines) {
      node::Claim claim;
      kept += grammar.read(line.process, line.message, &claim) == node::Grammar::Found::kClaim;
    }
  });
  node::LineReader reader([](std::string_view) { return std::optional<uint32_t>(1001); });
  const double events = lines_per_second(lines.size(), [&] {
    for (const node::LogLine& line : lines) {
      kept += reader.read(line).verdict == node::Reading::Verdict::kEvent;
    }
  });
  std::printf("%zu lines, %zu bytes each\n", lines.size(), bytes.size() / lines.size());
  print("memchr", floor, floor);
  print("message forms", forms, floor);
  print("forms, trust, attempt, event", events, floor);
  if (kept == 0) std::puts("nothing was read");
}

}  // namespace
}  // namespace picket::bench

int main() { picket::bench::run(); }
