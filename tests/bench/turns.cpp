#include "tests/bench/turns.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "common/clock.h"
#include "tests/bench/process.h"

namespace picket::bench {
namespace {

double ms_of(const std::function<void()>& action) {
  const SteadyTime begun = std::chrono::steady_clock::now();
  action();
  return to_ms(std::chrono::steady_clock::now() - begun);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.at(values.size() / 2);
}

}  // namespace

void take_turns(std::string_view what, const std::function<void()>& ours,
                const std::function<void()>& theirs, std::size_t turns) {
  std::vector<double> our_ms;
  std::vector<double> their_ms;
  for (std::size_t i = 0; i < turns; ++i) {
    our_ms.push_back(ms_of(ours));
    their_ms.push_back(ms_of(theirs));
  }
  const double our_median = median(our_ms);
  const double their_median = median(their_ms);
  std::printf("%-66.*s p50 %8.2f ms, beside %8.2f ms: %.2f times\n", static_cast<int>(what.size()),
              what.data(), our_median, their_median, our_median / their_median);
  std::fflush(stdout);
}

}  // namespace picket::bench
