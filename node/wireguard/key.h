// WireGuard's keys as texts. What is done to a private key leaves no copy of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace picket::node {

inline constexpr std::size_t kWireguardKeyBytes = 32;

/// Whether `text` has the form of a key as wg(8) prints it: 43 digits of base64 and a "=".
bool is_key_text(std::string_view text);

/// As wg(8) prints it, from 64 hexadecimal digits; nothing: they aren't.
std::optional<std::string> key_text_of_hex(std::string_view hex);

/// The public key of a private one, as text; empty for the key of zeroes, which means none;
/// nothing: no 64 hexadecimal digits.
std::optional<std::string> public_key_of_private_hex(std::string_view hex);

/// Whether all is zero, by which implementations say that there is no key.
bool is_zero_hex(std::string_view hex);

}  // namespace picket::node
