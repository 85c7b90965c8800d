// SHA-256, and hexadecimal text of bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace picket {

inline constexpr std::size_t kSha256Bytes = 32;
using Sha256 = std::array<uint8_t, kSha256Bytes>;

Sha256 sha256(std::string_view bytes);

/// The digest's bytes as they travel in a protobuf `bytes` field.
std::string_view as_bytes(const Sha256& digest);
/// Empty unless `bytes` are as long as a digest.
std::optional<Sha256> sha256_from_bytes(std::string_view bytes);

/// Two lower-case digits for each byte.
std::string to_hex(std::string_view bytes);
std::string to_hex(const Sha256& digest);

}  // namespace picket
