// base64url without padding (RFC 4648, section 5): text that survives a shell, a URL and a chat.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace picket {

std::string to_base64url(std::string_view bytes);

/// Strict: empty for any other character, padding, white space, or an encoding that to_base64url()
/// would not have made; so each byte string has exactly one text.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace picket
