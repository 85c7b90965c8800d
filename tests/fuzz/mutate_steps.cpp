// The mutator of targets whose input is one byte and a sequence of steps (steps.h).
#include <cstdint>
#include <string>
#include <vector>

#include "tests/fuzz/steps.h"
#include "tests/fuzz/wire_mutation.h"

namespace picket::fuzz {
namespace {

constexpr std::size_t kFrameMax = 0xFFFF;

std::vector<std::string> steps_of(std::string_view bytes) {
  std::vector<std::string> steps;
  Input input(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  while (!input.empty()) {
    const std::string_view before = input.rest();
    (void)take_step(input);
    steps.emplace_back(before.substr(0, before.size() - input.rest().size()));
  }
  return steps;
}

std::string frame_step(std::string_view payload) {
  payload = payload.substr(0, kFrameMax);
  std::string step(1, '\0');
  step += static_cast<char>(payload.size() & 0xFFU);
  step += static_cast<char>(payload.size() >> 8U);
  return step.append(payload);
}

std::string mutated_step(const std::string& step, std::size_t bytes_max, Random& random) {
  constexpr std::size_t kHeader = 3;
  const bool frame = static_cast<uint8_t>(step[0]) < kFirstOther && step.size() >= kHeader;
  if (!frame) return {static_cast<char>(kFirstOther + random() % 8), static_cast<char>(random())};
  return frame_step(mutated_message(step.substr(kHeader), bytes_max, random));
}

std::string mutated_steps(std::string_view bytes, std::size_t bytes_max, Random& random) {
  auto steps = steps_of(bytes);
  const auto at = steps.begin() + static_cast<std::ptrdiff_t>(random() % steps.size());
  switch (random() % 8) {
    case 0: steps.erase(at); break;
    case 1:
      steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(random() % steps.size()), *at);
      break;
    case 2:
      steps.push_back({static_cast<char>(kFirstOther + random() % 8), static_cast<char>(random())});
      break;
    default: *at = mutated_step(*at, bytes_max, random); break;
  }
  std::string changed;
  for (const auto& step : steps) changed += step;
  return changed;
}

}  // namespace
}  // namespace picket::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned seed) {
  using namespace picket::fuzz;
  return mutate_input({data, size_max}, size, seed, {mutated_steps, 8});
}
