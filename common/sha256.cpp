#include "common/sha256.h"

#include <openssl/sha.h>

#include <algorithm>

namespace picket {

Sha256 sha256(std::string_view bytes) {
  Sha256 digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

std::string_view as_bytes(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::optional<Sha256> sha256_from_bytes(std::string_view bytes) {
  if (bytes.size() != kSha256Bytes) return std::nullopt;
  Sha256 digest;
  std::transform(bytes.begin(), bytes.end(), digest.begin(),
                 [](char byte) { return static_cast<uint8_t>(byte); });
  return digest;
}

std::string to_hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    const auto value = static_cast<uint8_t>(byte);
    text.push_back(kDigits[value >> 4U]);
    text.push_back(kDigits[value & 0xfU]);
  }
  return text;
}

std::string to_hex(const Sha256& digest) { return to_hex(as_bytes(digest)); }

}  // namespace picket
