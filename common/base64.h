// Bytes as base64 text (RFC 4648, with padding). Tokens have the URL's alphabet:
// common/base64url.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace picket {

std::string to_base64(std::string_view bytes);

/// Strict: empty for anything that to_base64() would not have made.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace picket
