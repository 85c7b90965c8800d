// What a handshake proves about the peer: OpenSSL's verification callback, and what is read after
// it.
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include "common/certificate_judge.h"
#include "common/tls.h"
#include "common/tls_context.h"

namespace picket {
namespace {

void free_refusal(void*, void* text, CRYPTO_EX_DATA*, int, long, void*) {
  const std::unique_ptr<std::string> owned(static_cast<std::string*>(text));
}

// Where an SSL object keeps the reason for which verify_peer() refused its peer.
int refusal_index() {
  static const int kIndex = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_refusal);
  return kIndex;
}

void keep_refusal(SSL& ssl, std::string text) {
  auto owned = std::make_unique<std::string>(std::move(text));
  free_refusal(nullptr, SSL_get_ex_data(&ssl, refusal_index()), nullptr, 0, 0, nullptr);
  if (SSL_set_ex_data(&ssl, refusal_index(), owned.get()) == 1) {
    owned.release();  // NOLINT(bugprone-unused-return-value): the SSL owns it now
  }
}

bool has_hash(const X509& certificate, const Sha256& wanted) {
  Sha256 hash{};
  unsigned length = 0;
  return X509_digest(&certificate, EVP_sha256(), hash.data(), &length) == 1 &&
         length == hash.size() && hash == wanted;
}

// The certificate with this hash among those that the peer sent.
X509* find_pinned(X509_STORE_CTX& context, const Sha256& hash) {
  STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(&context);
  for (int i = 0; i < sk_X509_num(sent); ++i) {
    if (has_hash(*sk_X509_value(sent, i), hash)) return sk_X509_value(sent, i);
  }
  return nullptr;
}

Verdict judge_pinned(X509_STORE_CTX& context, X509& certificate, const Sha256& hash) {
  X509* ca = find_pinned(context, hash);
  const StorePtr trusted = ca != nullptr ? make_store(*ca) : nullptr;
  if (!trusted) {
    return {CertificateFault::kForeignCa,
            "the hub's CA is not the one in the token: another hub answers at this address, or "
            "somebody pretends to be the hub"};
  }
  return judge(certificate, *trusted, TlsRole::kHub, false);
}

std::optional<TlsProtocol> protocol_of(const SSL& ssl) {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(&ssl, &name, &length);
  const std::string_view alpn(reinterpret_cast<const char*>(name), length);
  if (alpn == kNodeAlpn) return TlsProtocol::kNode;
  if (alpn == kJoinAlpn) return TlsProtocol::kJoin;
  return std::nullopt;
}

// Empty: OpenSSL can't; nothing is proven by that.
std::string channel_of(const SSL& ssl) {
  constexpr std::string_view kLabel = "EXPORTER-picket-renew";
  std::string channel(32, '\0');
  // Reads what the handshake has left; OpenSSL's signature lacks the const.
  auto* connection = const_cast<SSL*>(&ssl);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  const int exported =
      SSL_export_keying_material(connection, reinterpret_cast<unsigned char*>(channel.data()),
                                 channel.size(), kLabel.data(), kLabel.size(), nullptr, 0, 0);
  return exported == 1 ? channel : std::string();
}

}  // namespace

StorePtr make_store(X509& ca) {
  StorePtr store(X509_STORE_new());
  if (!store || X509_STORE_add_cert(store.get(), &ca) != 1) return nullptr;
  return store;
}

int verify_peer(X509_STORE_CTX* context, void* arg) {
  const auto& shared = *static_cast<TlsContext::Shared*>(arg);
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
  X509* certificate = X509_STORE_CTX_get0_cert(context);
  if (ssl == nullptr || certificate == nullptr) return 0;
  const auto expected = shared.is_hub ? TlsRole::kNode : TlsRole::kHub;
  const Verdict verdict = shared.trusted ? judge(*certificate, *shared.trusted, expected, true)
                                         : judge_pinned(*context, *certificate, shared.ca_sha256);
  if (verdict.fault == CertificateFault::kNone) return 1;
  X509_STORE_CTX_set_error(context, alert_error_of(verdict.fault));
  keep_refusal(*ssl, verdict.text);
  return 0;
}

std::string refusal_of(const SSL& ssl) {
  const auto* text = static_cast<const std::string*>(SSL_get_ex_data(&ssl, refusal_index()));
  return text != nullptr ? *text : std::string();
}

Result<TlsPeer> tls_peer_of(const SSL& ssl) {
  const auto protocol = protocol_of(ssl);
  if (!protocol) return Error{"the peer speaks TLS but not picket's protocol (no ALPN)"};
  TlsPeer peer{.protocol = *protocol, .name = {}, .not_before = {}, .not_after = {}, .channel = {}};
  if (*protocol == TlsProtocol::kJoin) peer.channel = channel_of(ssl);
  const bool we_are_hub = SSL_is_server(&ssl) == 1;
  if (we_are_hub && *protocol == TlsProtocol::kJoin) return peer;
  X509* certificate = SSL_get0_peer_certificate(&ssl);
  if (certificate == nullptr) return Error{"the peer has shown no certificate"};
  const auto name = name_in(*certificate);
  if (!name) return Error{"the peer's certificate names nobody"};
  peer.name = name->node;
  peer.not_before = not_before_of(*certificate);
  peer.not_after = not_after_of(*certificate);
  return peer;
}

}  // namespace picket
