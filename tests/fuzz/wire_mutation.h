// Changes to protobuf's wire format that leave it one: a message that grew by a byte in its depth
// is otherwise none any more, and hardly any input would get past the decoder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace picket::fuzz {

using Random = std::minstd_rand;

/// One change somewhere in `message`: to a field's value, its number, or which fields there are.
std::string mutated_message(std::string_view message, std::size_t bytes_max, Random& random);

/// Any change to any bytes, as libFuzzer makes them.
std::string mutated_bytes(std::string_view bytes, std::size_t bytes_max);

/// How an input changes: what stands behind its first byte by `mutated`, but once in `any_bytes_in`
/// times any bytes.
struct InputMutation {
  std::string (*mutated)(std::string_view rest, std::size_t bytes_max, Random& random);
  unsigned any_bytes_in;
};

/// What LLVMFuzzerCustomMutator() does with the `size` bytes in `buffer`: their new number.
std::size_t mutate_input(std::span<uint8_t> buffer, std::size_t size, unsigned seed,
                         const InputMutation& mutation);

}  // namespace picket::fuzz
