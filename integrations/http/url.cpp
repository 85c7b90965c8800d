#include "integrations/http/url.h"

#include <cstddef>
#include <new>
#include <string_view>

namespace picket::http {
namespace {

constexpr std::size_t kTellingBytes = 4;

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

void add_parts(std::string_view text, std::vector<std::string>& parts) {
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("/?&=;");
    const std::string_view part = text.substr(0, end);
    if (part.size() >= kTellingBytes) parts.emplace_back(part);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace

Result<UrlHandle> parse_url(const std::string& text) {
  UrlHandle url(curl_url());
  if (!url) throw std::bad_alloc();
  const Error bad{"that is no URL of http:// or https:// without user and password"};
  // curl would stop at a NUL, and take what stands behind one slash or three for the host
  const std::size_t host = text.find("://");
  if (text.find('\0') != std::string::npos || host == std::string::npos) return bad;
  if (text.substr(host + 3, 1) == "/") return bad;
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return bad;
  }
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return bad;
  if (host_of(url.get()).empty()) return bad;
  return url;
}

std::string host_of(CURLU* url) { return part_of(url, CURLUPART_HOST); }

std::vector<std::string> secrets_of(CURLU* url) {
  std::vector<std::string> secrets;
  for (const CURLUPart part : {CURLUPART_PATH, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    add_parts(part_of(url, part), secrets);
  }
  return secrets;
}

}  // namespace picket::http
