// Changes to protobuf's wire format that leave it one: a message that grew by a byte in its depth
// is otherwise none any more, and hardly any input would get past the decoder.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace picket::fuzz {

using Random = std::minstd_rand;

/// One change somewhere in `message`: to a field's value, its number, or which fields there are.
std::string mutated_message(std::string_view message, std::size_t bytes_max, Random& random);

/// Any change to any bytes, as libFuzzer makes them.
std::string mutated_bytes(std::string_view bytes, std::size_t bytes_max);

}  // namespace picket::fuzz
