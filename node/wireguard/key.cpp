#include "node/wireguard/key.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "common/base64.h"
#include "common/secret.h"

namespace picket::node {
namespace {

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }  // which wipes
};

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<Secret> bytes_of_hex(std::string_view hex) {
  if (hex.size() != 2 * kWireguardKeyBytes) return std::nullopt;
  Secret bytes(kWireguardKeyBytes);
  for (std::size_t i = 0; i < kWireguardKeyBytes; ++i) {
    const int high = digit_of(hex[2 * i]);
    const int low = digit_of(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.data()[i] = static_cast<char>(high * 16 + low);
  }
  return bytes;
}

bool is_base64_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

}  // namespace

bool is_key_text(std::string_view text) {
  constexpr std::size_t kDigits = 43;
  return text.size() == kDigits + 1 && text.back() == '=' &&
         std::all_of(text.begin(), text.end() - 1, is_base64_digit);
}

std::optional<std::string> key_text_of_hex(std::string_view hex) {
  const auto bytes = bytes_of_hex(hex);
  if (!bytes) return std::nullopt;
  return to_base64(bytes->reveal());
}

bool is_zero_hex(std::string_view hex) {
  return hex.find_first_not_of('0') == std::string_view::npos;
}

std::optional<std::string> public_key_of_private_hex(std::string_view hex) {
  const auto bytes = bytes_of_hex(hex);
  if (!bytes) return std::nullopt;
  if (is_zero_hex(hex)) return "";
  const auto* raw = reinterpret_cast<const uint8_t*>(bytes->reveal().data());
  const std::unique_ptr<EVP_PKEY, KeyDeleter> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, raw, kWireguardKeyBytes));
  uint8_t public_key[kWireguardKeyBytes];
  std::size_t size = sizeof public_key;
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), public_key, &size) != 1) return std::nullopt;
  return to_base64({reinterpret_cast<const char*>(public_key), size});
}

}  // namespace picket::node
