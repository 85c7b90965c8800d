// Why TLS failed, in words. Each fault of a certificate has an alert of its own
// (certificate_judge.h), so that both sides can name it; in TLS 1.3 a client often learns of it
// only at its first read.
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string>

#include "common/tls.h"
#include "common/tls_context.h"

namespace picket {
namespace {

std::string hub_says(int alert) {
  switch (alert) {
    case SSL_AD_CERTIFICATE_REQUIRED:
      return "the hub requires a certificate and this side has shown none: join first";
    case SSL_AD_CERTIFICATE_EXPIRED:
      return "the hub says that this node's certificate has expired; if it has not, the hub's "
             "clock "
             "is wrong";
    case SSL_AD_BAD_CERTIFICATE:
      return "the hub says that this node's certificate is not valid yet: check the clock of the "
             "hub "
             "and of this machine";
    case SSL_AD_UNKNOWN_CA:
      return "the hub says that this node's certificate was not issued by its CA: this node joined "
             "another hub";
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
      return "the hub says that this side's certificate is not a node's";
    case SSL_AD_CERTIFICATE_UNKNOWN:
      return "the hub says that this side's certificate names no node";
    case SSL_AD_NO_APPLICATION_PROTOCOL:
      return "the hub does not speak the protocol that this program asked for (ALPN)";
    case SSL_AD_PROTOCOL_VERSION: return "the hub requires TLS 1.3";
    default: return {};
  }
}

std::string node_says(int alert) {
  switch (alert) {
    case SSL_AD_CERTIFICATE_EXPIRED:
      return "the peer says that this hub's certificate has expired; if it has not, the peer's "
             "clock "
             "is wrong";
    case SSL_AD_BAD_CERTIFICATE:
      return "the peer says that this hub's certificate is not valid yet: check the clock of the "
             "peer "
             "and of this machine";
    case SSL_AD_UNKNOWN_CA:
      return "the peer does not trust this hub's CA: it belongs to another hub";
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
      return "the peer says that this side's certificate is not a hub's";
    case SSL_AD_CERTIFICATE_UNKNOWN:
      return "the peer says that this side's certificate does not name a hub";
    case SSL_AD_PROTOCOL_VERSION: return "the peer does not accept TLS 1.3";
    default: return {};
  }
}

std::string describe_alert(int alert, bool we_are_hub) {
  std::string text = we_are_hub ? node_says(alert) : hub_says(alert);
  if (!text.empty()) return text;
  return std::string("the peer ended TLS: ") + SSL_alert_desc_string_long(alert);
}

std::string describe_reason(int reason, unsigned long error, bool we_are_hub) {
  switch (reason) {
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return "the peer has shown no certificate";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_WRONG_SSL_VERSION: return "the peer does not offer TLS 1.3";
    case SSL_R_CALLBACK_FAILED:
    case SSL_R_NO_APPLICATION_PROTOCOL:
      if (we_are_hub) return "the peer asks for no protocol that this hub speaks (ALPN)";
      break;
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_RECORD_LENGTH_MISMATCH:
    case SSL_R_DATA_LENGTH_TOO_LONG:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_BAD_RECORD_TYPE:
    case SSL_R_NO_PROTOCOLS_AVAILABLE: return "the peer does not speak TLS 1.3";
    default: break;
  }
  const char* text = ERR_reason_error_string(error);
  return std::string("TLS failed: ") + (text != nullptr ? text : "unknown error");
}

}  // namespace

std::string tls_failure(SSL& ssl) {
  const bool we_are_hub = SSL_is_server(&ssl) == 1;
  std::string text = refusal_of(ssl);
  while (const unsigned long error = ERR_get_error()) {
    if (!text.empty()) continue;
    const int reason = ERR_GET_REASON(error);
    const bool is_alert = ERR_GET_LIB(error) == ERR_LIB_SSL && reason > SSL_AD_REASON_OFFSET;
    text = is_alert ? describe_alert(reason - SSL_AD_REASON_OFFSET, we_are_hub)
                    : describe_reason(reason, error, we_are_hub);
  }
  return text.empty() ? "TLS failed" : text;
}

}  // namespace picket
