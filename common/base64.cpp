#include "common/base64.h"

#include <algorithm>
#include <cstdint>

#include "common/base64url.h"

namespace picket {

std::string to_base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = (group << 8U) | (i + j < bytes.size() ? static_cast<uint8_t>(bytes[i + j]) : 0U);
    }
    const std::size_t digits = std::min<std::size_t>(bytes.size() - i, 3) + 1;
    for (std::size_t j = 0; j < 4; ++j) {
      text += j < digits ? kDigits[(group >> (18 - 6 * j)) & 0x3fU] : '=';
    }
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  const std::size_t digits = std::min(text.find('='), text.size());
  const bool is_padded = text.size() % 4 == 0 && text.size() - digits < 3 &&
                         text.find_first_not_of('=', digits) == std::string_view::npos;
  if (!is_padded || text.find_first_of("-_") != std::string_view::npos) return std::nullopt;
  std::string url(text.substr(0, digits));
  std::ranges::replace(url, '+', '-');
  std::ranges::replace(url, '/', '_');
  return from_base64url(url);
}

}  // namespace picket
