#include "tests/fuzz/wire_mutation.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

// libFuzzer's: changes `size` bytes in place, within `size_max`, and returns how many there are.
extern "C" std::size_t LLVMFuzzerMutate(uint8_t* data, std::size_t size, std::size_t size_max);

namespace picket::fuzz {
namespace {

constexpr int kDepthMax = 20;
enum WireType : uint32_t { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

struct Field {
  uint64_t number = 0;
  WireType type = kVarint;
  uint64_t value = 0;   // of a varint
  std::string content;  // of all others
};
using Fields = std::vector<Field>;

std::optional<uint64_t> take_varint(std::string_view& bytes) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7fU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

std::optional<std::size_t> content_bytes(WireType type, std::string_view& bytes) {
  switch (type) {
    case kVarint: return 0;
    case kFixed64: return 8;
    case kFixed32: return 4;
    case kLength: return take_varint(bytes);
  }
  return std::nullopt;
}

std::optional<Fields> fields_of(std::string_view bytes) {
  Fields fields;
  while (!bytes.empty()) {
    const auto tag = take_varint(bytes);
    if (!tag) return std::nullopt;
    Field field{.number = *tag >> 3U, .type = static_cast<WireType>(*tag & 7U), .content = {}};
    if (field.type == kVarint) {
      const auto value = take_varint(bytes);
      if (!value) return std::nullopt;
      field.value = *value;
    }
    const auto count = content_bytes(field.type, bytes);
    if (!count || *count > bytes.size()) return std::nullopt;
    field.content = bytes.substr(0, *count);
    bytes.remove_prefix(*count);
    fields.push_back(std::move(field));
  }
  return fields;
}

void put_varint(std::string& bytes, uint64_t value) {
  for (; value >= 0x80; value >>= 7U) bytes += static_cast<char>(0x80U | (value & 0x7fU));
  bytes += static_cast<char>(value);
}

std::string bytes_of(const Fields& fields) {
  std::string bytes;
  for (const Field& field : fields) {
    put_varint(bytes, field.number << 3U | field.type);
    if (field.type == kVarint) put_varint(bytes, field.value);
    if (field.type == kLength) put_varint(bytes, field.content.size());
    bytes += field.content;
  }
  return bytes;
}

uint64_t mutated_value(uint64_t value, Random& random) {
  switch (random() % 5) {
    case 0: return value + 1;
    case 1: return value - 1;
    case 2: return random() % 8;
    case 3: return (uint64_t{1} << (random() % 64)) - random() % 2;
    default: return value ^ (uint64_t{1} << (random() % 64));
  }
}

std::string mutated(std::string_view message, std::size_t bytes_max, Random& random, int depth);

void mutate_field(Field& field, std::size_t bytes_max, Random& random, int depth) {
  if (field.type == kVarint) {
    field.value = mutated_value(field.value, random);
  } else if (field.type != kLength) {
    field.content = mutated_bytes(field.content, field.content.size());
  } else if (depth < kDepthMax && random() % 4 != 0 && fields_of(field.content)) {
    field.content = mutated(field.content, bytes_max, random, depth + 1);
  } else {
    field.content = mutated_bytes(field.content, bytes_max);
  }
}

std::string mutated(std::string_view message, std::size_t bytes_max, Random& random, int depth) {
  auto fields = fields_of(message);
  if (!fields) return mutated_bytes(message, bytes_max);
  constexpr uint64_t kNumbers = 24;  // as high as ours go
  if (fields->empty()) {
    const auto type = random() % 2 == 0 ? kVarint : kLength;
    fields->push_back({.number = 1 + random() % kNumbers, .type = type, .content = {}});
    return bytes_of(*fields);
  }
  const auto at = fields->begin() + static_cast<std::ptrdiff_t>(random() % fields->size());
  switch (random() % 8) {
    case 0: fields->erase(at); break;
    case 1: fields->push_back(Field(*at)); break;
    case 2: at->number = 1 + random() % kNumbers; break;
    default: mutate_field(*at, bytes_max, random, depth); break;
  }
  return bytes_of(*fields);
}

}  // namespace

std::string mutated_bytes(std::string_view bytes, std::size_t bytes_max) {
  // An empty text has no byte to change, and libFuzzer wants room for one.
  std::string changed(std::max<std::size_t>({bytes_max, bytes.size(), 1}), '\0');
  std::copy(bytes.begin(), bytes.end(), changed.begin());
  changed.resize(
      LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(changed.data()), bytes.size(), changed.size()));
  return changed;
}

std::string mutated_message(std::string_view message, std::size_t bytes_max, Random& random) {
  return mutated(message, bytes_max, random, 0);
}

std::size_t mutate_input(std::span<uint8_t> buffer, std::size_t size, unsigned seed,
                         const InputMutation& mutation) {
  Random random(seed);
  const std::string_view input(reinterpret_cast<const char*>(buffer.data()), size);
  std::string changed;
  if (size < 2 || random() % mutation.any_bytes_in == 0) {
    changed = mutated_bytes(input, buffer.size());
  } else {
    changed = input[0] + mutation.mutated(input.substr(1), buffer.size() - 1, random);
  }
  const std::size_t count = std::min(changed.size(), buffer.size());
  std::copy_n(changed.begin(), count, buffer.begin());
  return count;
}

}  // namespace picket::fuzz
