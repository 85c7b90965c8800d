#include "node/auth_log/attempt.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace picket::node {
namespace {

// The last step of SplitMix64: each bit of the input reaches each of the output.
uint64_t mixed(uint64_t hash) {
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
  return hash ^ (hash >> 31);
}

// Eight bytes at a time: this is done for each event. The caller mixes what comes out once more.
uint64_t hash_of(std::string_view bytes) {
  uint64_t hash = bytes.size();
  const auto add = [&](std::size_t count) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), count);
    hash = (hash ^ word) * 0x9E3779B97F4A7C15;
    hash ^= hash >> 32;
    bytes.remove_prefix(count);
  };
  while (bytes.size() >= sizeof hash) add(sizeof hash);
  if (!bytes.empty()) add(bytes.size());
  return hash;
}

// The eight hexadecimal digits of `bits`, one in each byte.
uint64_t digits_of(uint32_t bits) {
  uint64_t digits = bits;
  digits = (digits | digits << 16) & 0x0000FFFF0000FFFF;
  digits = (digits | digits << 8) & 0x00FF00FF00FF00FF;
  digits = (digits | digits << 4) & 0x0F0F0F0F0F0F0F0F;
  const uint64_t letters = (digits + 0x0606060606060606) >> 4 & 0x0101010101010101;
  return digits + 0x3030303030303030 + letters * ('a' - '0' - 10);
}

}  // namespace

void set_attempt(const LogLine& line, std::string* attempt) {
  const bool attested = line.attested && line.attested->pid != 0;
  const uint32_t pid = attested ? line.attested->pid : line.pid;
  if (pid == 0) return attempt->clear();
  const bool booted = line.attested && !line.attested->boot_id.empty();
  const uint64_t hash = mixed(hash_of(booted ? line.attested->boot_id : line.host) + pid);
  const std::array<uint64_t, 2> digits{digits_of(static_cast<uint32_t>(hash)),
                                       digits_of(static_cast<uint32_t>(hash >> 32))};
  attempt->resize(sizeof digits);
  std::memcpy(attempt->data(), digits.data(), sizeof digits);
}

}  // namespace picket::node
