// The mutator of targets whose input is one byte and one message.
#include <cstdint>

#include "tests/fuzz/wire_mutation.h"

extern "C" std::size_t LLVMFuzzerCustomMutator(uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned seed) {
  using namespace picket::fuzz;
  return mutate_input({data, size_max}, size, seed, {mutated_message, 4});
}
