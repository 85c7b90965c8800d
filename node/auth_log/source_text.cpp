#include "node/auth_log/source_text.h"

#include <arpa/inet.h>

#include <algorithm>

namespace picket::node {
namespace {

constexpr std::size_t kHostBytesMax = 255;
constexpr std::string_view kMapped = "::ffff:";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Also with leading zeros, as some programs pad them.
bool is_v4(std::string_view text) {
  int parts = 0;
  while (parts < 4) {
    std::size_t digits = 0;
    int value = 0;
    while (digits < text.size() && digits < 4 && is_digit(text[digits])) {
      value = value * 10 + (text[digits++] - '0');
    }
    if (digits == 0 || digits > 3 || value > 255) return false;
    text.remove_prefix(digits);
    if (++parts == 4) break;
    if (text.empty() || text[0] != '.') return false;
    text.remove_prefix(1);
  }
  return text.empty();
}

bool is_zone(std::string_view text) {
  return !text.empty() && text.size() < 32 &&
         std::all_of(
             text.begin(), text.end(),
             [](char c) {
               return is_alphanumeric(c) || c == '.' || c == '-' || c == '_' || c == '@';
             });
}

bool is_v6(std::string_view text) {
  const std::size_t zone = text.find('%');
  if (zone != std::string_view::npos) {
    if (!is_zone(text.substr(zone + 1))) return false;
    text = text.substr(0, zone);
  }
  char ended[INET6_ADDRSTRLEN] = "";
  if (text.size() >= sizeof ended) return false;
  std::copy(text.begin(), text.end(), ended);
  in6_addr address{};
  return inet_pton(AF_INET6, ended, &address) == 1;
}

bool is_host(std::string_view text) {
  bool letter = false;
  for (const char c : text) {
    if (!is_alphanumeric(c) && c != '.' && c != '-' && c != '_') return false;
    letter = letter || (is_alphanumeric(c) && !is_digit(c));
  }
  return letter;
}

bool has_mapped_prefix(std::string_view text) {
  return text.size() > kMapped.size() &&
         std::equal(kMapped.begin(), kMapped.end(), text.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'F' ? b + 32 : b); });
}

}  // namespace

std::optional<SourceText> read_source(std::string_view text) {
  if (text.empty() || text.size() > kHostBytesMax) return std::nullopt;
  if (is_digit(text[0]) && is_v4(text)) return SourceText{text, {}};
  if (text.find(':') != std::string_view::npos) {
    if (has_mapped_prefix(text) && is_v4(text.substr(kMapped.size()))) {
      return SourceText{text.substr(kMapped.size()), {}};
    }
    if (is_v6(text)) return SourceText{text, {}};
    return std::nullopt;
  }
  if (text == "UNKNOWN") return SourceText{};
  if (is_host(text)) return SourceText{{}, text};
  return std::nullopt;
}

}  // namespace picket::node
