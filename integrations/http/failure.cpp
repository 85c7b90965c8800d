#include "integrations/http/failure.h"

#include <algorithm>

namespace picket::http {
namespace {

bool has_telling_detail(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_PROXY:
    case CURLE_RECV_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_UNSUPPORTED_PROTOCOL:  // what answered speaks no HTTP/1 or 2
      return true;
    default: return false;
  }
}

}  // namespace

std::string failure_text(std::string_view host, CURLcode code, std::string_view detail,
                         std::span<const std::string> secrets) {
  std::string text = std::string(host) + ": " + curl_easy_strerror(code);
  const bool leaks = std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
    return !secret.empty() && detail.find(secret) != std::string_view::npos;
  });
  if (detail.empty() || leaks || !has_telling_detail(code)) return text;
  return text + " (" + std::string(detail) + ")";
}

}  // namespace picket::http
