#include "node/keys/authorized_keys.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "common/base64.h"
#include "common/sha256.h"

namespace picket::node {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Blanks within quotes belong to the word; a quote within quotes has a backslash before it.
std::size_t end_of_word(std::string_view text) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (quoted && text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '"') {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && kBlanks.find(text[at]) != std::string_view::npos) {
      return at;
    }
  }
  return text.size();
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = end_of_word(text);
  const std::string_view word = text.substr(0, end);
  text = trimmed(text.substr(end));
  return word;
}

bool is_key_type(std::string_view word) {
  constexpr std::array<std::string_view, 4> kBegins = {"ssh-", "ecdsa-sha2-", "sk-ssh-",
                                                       "sk-ecdsa-sha2-"};
  return std::ranges::any_of(kBegins, [word](auto begin) { return word.starts_with(begin); });
}

}  // namespace

std::optional<std::string> fingerprint_of(std::string_view base64) {
  const auto key = from_base64(base64);
  if (!key || key->empty()) return std::nullopt;
  const Sha256 digest = sha256(*key);
  std::string text = to_base64(as_bytes(digest));
  text.erase(text.find_last_not_of('=') + 1);
  return "SHA256:" + text;
}

std::optional<std::string> name_of_key(std::string_view text, std::string_view fingerprint) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    bool is_key = is_key_type(take_word(line));
    if (!is_key) is_key = is_key_type(take_word(line));  // behind options
    if (!is_key) continue;
    const std::string_view key = take_word(line);
    if (line.empty() || fingerprint_of(key) != fingerprint) continue;
    return std::string(line);
  }
  return std::nullopt;
}

}  // namespace picket::node
