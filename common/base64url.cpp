#include "common/base64url.h"

#include <cstddef>
#include <cstdint>

namespace picket {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string to_base64url(std::string_view bytes) {
  std::string text;
  uint32_t bits = 0;
  unsigned held = 0;  // bits not written yet
  for (const char byte : bytes) {
    bits = (bits << 8U) | static_cast<uint8_t>(byte);
    for (held += 8; held >= 6; held -= 6) text.push_back(kAlphabet[(bits >> (held - 6)) & 63U]);
  }
  if (held > 0) text.push_back(kAlphabet[(bits << (6 - held)) & 63U]);
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  uint32_t bits = 0;
  unsigned held = 0;
  for (const char letter : text) {
    const std::size_t value = kAlphabet.find(letter);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<char>((bits >> held) & 0xffU));
  }
  const bool rest_is_zero = (bits & ((1U << held) - 1)) == 0;
  if (!rest_is_zero) return std::nullopt;
  return bytes;
}

}  // namespace picket
