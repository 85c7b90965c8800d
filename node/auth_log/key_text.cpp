#include "node/auth_log/key_text.h"

#include <algorithm>

namespace picket::node {
namespace {

template <typename Allowed>
bool all_of(std::string_view text, Allowed allowed) {
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

bool is_upper_or_digit(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// A lambda, unlike a function, is compiled into the loop that calls it.
constexpr auto kIsPrintable = [](char c) { return c > ' ' && c < 0x7F; };

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_type(std::string_view text) {
  return all_of(text, [](char c) { return is_upper_or_digit(c) || c == '-'; });
}

bool is_fingerprint(std::string_view text) {
  if (text.starts_with("SHA")) {
    const std::size_t colon = text.find(':');
    return colon < 8 && text.size() > colon + 20 && all_of(text, kIsPrintable);
  }
  if (text.starts_with("MD5:")) text.remove_prefix(4);
  constexpr std::size_t kMd5TextBytes = 47;  // sixteen pairs
  return text.size() == kMd5TextBytes &&
         all_of(text, [](char c) { return c == ':' || is_lower_or_digit(c); });
}

// "TYPE FINGERPRINT" and nothing else.
std::optional<KeyText> read_plain(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const KeyText key{text.substr(0, blank), text.substr(blank + 1)};
  if (!is_type(key.type) || !is_fingerprint(key.fingerprint)) return std::nullopt;
  return key;
}

// sshd cuts its messages at a kilobyte, names at a tenth of it: only a certificate's id makes what
// follows the method this long, and where it was cut is its owner's choice.
constexpr std::size_t kCutBytesMin = 600;

// "TYPE FINGERPRINT ID WHATEVER", whose end is missing.
std::optional<KeyText> read_cut_certificate(std::string_view text) {
  const std::size_t id = text.find(" ID ");
  if (text.size() < kCutBytesMin || id == std::string_view::npos) return std::nullopt;
  return read_plain(text.substr(0, id));
}

// "TYPE [FINGERPRINT ]ID WHATEVER (serial N) CA TYPE FINGERPRINT": its own words are at both ends.
std::optional<KeyText> read_certificate(std::string_view text) {
  const std::size_t id = text.find(" ID ");
  const std::size_t authority = text.rfind(") CA ");
  if (id == std::string_view::npos || authority == std::string_view::npos || authority < id + 4) {
    return std::nullopt;
  }
  if (!read_plain(text.substr(authority + 5))) return std::nullopt;
  const std::string_view signed_text = text.substr(id + 4, authority - id - 4);
  const std::size_t serial = signed_text.rfind(" (serial ");
  if (serial == std::string_view::npos ||
      !all_of(signed_text.substr(serial + 9), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  const std::string_view own = text.substr(0, id);
  if (is_type(own)) return KeyText{own, {}};
  return read_plain(own);
}

std::string_view without_host_based(std::string_view text) {
  if (!text.ends_with('"')) return text;
  const std::size_t user = text.find(", client user \"");
  const bool has_host = text.rfind("\", client host \"") != std::string_view::npos;
  return user != std::string_view::npos && has_host ? text.substr(0, user) : text;
}

}  // namespace

std::optional<KeyText> read_key(std::string_view text) {
  if (text.empty()) return KeyText{};
  if (!text.starts_with(": ")) return std::nullopt;
  text = without_host_based(text.substr(2));
  if (auto key = read_plain(text)) return key;
  if (auto key = read_certificate(text)) return key;
  if (auto key = read_cut_certificate(text)) return key;
  const bool kerberos = text.find('@') != std::string_view::npos && all_of(text, kIsPrintable);
  if (kerberos) return KeyText{};
  return std::nullopt;
}

}  // namespace picket::node
