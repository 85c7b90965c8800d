#include "node/auth_log/attempt.h"

#include <algorithm>
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

// Eight bytes at a time: this is done for each event.
uint64_t hash_of(std::string_view bytes) {
  uint64_t hash = bytes.size();
  while (!bytes.empty()) {
    uint64_t word = 0;
    const std::size_t count = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), count);
    hash = mixed(hash ^ word);
    bytes.remove_prefix(count);
  }
  return hash;
}

}  // namespace

std::string attempt_of(const LogLine& line) {
  const bool attested = line.attested && line.attested->pid != 0;
  const uint32_t pid = attested ? line.attested->pid : line.pid;
  if (pid == 0) return {};
  const bool booted = line.attested && !line.attested->boot_id.empty();
  const uint64_t hash = mixed(hash_of(booted ? line.attested->boot_id : line.host) + pid);
  std::string text(16, '0');
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[i] = "0123456789abcdef"[(hash >> (60 - 4 * i)) & 0xF];
  }
  return text;
}

}  // namespace picket::node
