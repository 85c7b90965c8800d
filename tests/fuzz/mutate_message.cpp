// The mutator of targets whose input is one byte and one message.
#include <algorithm>
#include <cstdint>
#include <string>

#include "tests/fuzz/wire_mutation.h"

extern "C" std::size_t LLVMFuzzerCustomMutator(uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned seed) {
  using namespace picket::fuzz;
  Random random(seed);
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string changed;
  if (size < 2 || random() % 4 == 0) {
    changed = mutated_bytes(input, size_max);
  } else {
    changed = input[0] + mutated_message(input.substr(1), size_max - 1, random);
  }
  const std::size_t count = std::min(changed.size(), size_max);
  std::copy_n(changed.begin(), count, data);
  return count;
}
