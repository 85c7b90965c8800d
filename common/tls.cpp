#include "common/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cstring>
#include <vector>

#include "common/certificate_judge.h"
#include "common/tls_context.h"

namespace picket {
namespace {

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using BioPtr = std::unique_ptr<BIO, BioDeleter>;
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyDeleter>;

constexpr long kCertificateListBytesMax = 16L * 1024;

BioPtr reader_of(std::string_view bytes) {
  return BioPtr(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

bool is_pem(std::string_view bytes) { return bytes.find("-----BEGIN ") != std::string_view::npos; }

CertificatePtr read_certificate(std::string_view bytes) {
  const BioPtr bio = reader_of(bytes);
  return CertificatePtr(is_pem(bytes) ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)
                                      : d2i_X509_bio(bio.get(), nullptr));
}

int no_password(char*, int, int, void*) { return -1; }

KeyPtr read_key(std::string_view bytes) {
  const BioPtr bio = reader_of(bytes);
  return KeyPtr(is_pem(bytes) ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)
                              : d2i_PrivateKey_bio(bio.get(), nullptr));
}

// In the wire form of ALPN: each name preceded by its length.
std::vector<unsigned char> alpn_list(std::string_view name) {
  std::vector<unsigned char> list{static_cast<unsigned char>(name.size())};
  list.insert(list.end(), name.begin(), name.end());
  return list;
}

bool offers(const unsigned char* list, unsigned length, std::string_view name) {
  for (unsigned at = 0; at < length; at += 1U + list[at]) {
    if (list[at] == name.size() && at + 1 + name.size() <= length &&
        std::memcmp(list + at + 1, name.data(), name.size()) == 0) {
      return true;
    }
  }
  return false;
}

void select(std::string_view name, const unsigned char** out, unsigned char* out_length) {
  *out = reinterpret_cast<const unsigned char*>(name.data());
  *out_length = static_cast<unsigned char>(name.size());
}

// The two protocols part here, before the peer has said anything else.
int choose_protocol(SSL* ssl, const unsigned char** out, unsigned char* out_length,
                    const unsigned char* list, unsigned length, void* arg) {
  const auto& shared = *static_cast<TlsContext::Shared*>(arg);
  if (offers(list, length, kNodeAlpn)) {
    select(kNodeAlpn, out, out_length);
    SSL_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    return SSL_TLSEXT_ERR_OK;
  }
  if (offers(list, length, kJoinAlpn)) {
    select(kJoinAlpn, out, out_length);
    SSL_set_verify(ssl, SSL_VERIFY_NONE, nullptr);
    // Who joins knows the CA by its hash only.
    if (SSL_add1_chain_cert(ssl, shared.ca.get()) != 1) return SSL_TLSEXT_ERR_ALERT_FATAL;
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// OpenSSL asks choose_protocol() only if the peer offers any protocol at all. A peer that can't
// speak TLS 1.3 is left to OpenSSL, which says so.
int require_alpn(SSL* ssl, int* alert, void*) {
  const unsigned char* extension = nullptr;
  std::size_t length = 0;
  const auto has = [&](unsigned type) {
    return SSL_client_hello_get0_ext(ssl, type, &extension, &length) == 1;
  };
  if (!has(TLSEXT_TYPE_supported_versions)) return SSL_CLIENT_HELLO_SUCCESS;
  if (has(TLSEXT_TYPE_application_layer_protocol_negotiation)) return SSL_CLIENT_HELLO_SUCCESS;
  *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
  return SSL_CLIENT_HELLO_ERROR;
}

bool set_up(SSL_CTX& context) {
  SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_clear_mode(&context, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_options(&context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(&context, kCertificateListBytesMax);
  return SSL_CTX_set_num_tickets(&context, 0) == 1 &&
         SSL_CTX_set_max_early_data(&context, 0) == 1 &&
         SSL_CTX_set_min_proto_version(&context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(&context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set1_groups_list(&context, "X25519:P-256") == 1;
}

Error invalid(std::string_view what) {
  ERR_clear_error();
  return Error{std::string(what)};
}

Status use_credentials(TlsContext::Shared& shared, const TlsCredentials& credentials) {
  const auto certificate = read_certificate(credentials.certificate);
  if (!certificate) return invalid("the certificate can't be read");
  const auto key = read_key(credentials.private_key);
  if (!key) return invalid("the private key can't be read");
  shared.ca = read_certificate(credentials.ca_certificate);
  if (!shared.ca) return invalid("the CA's certificate can't be read");
  shared.trusted = make_store(*shared.ca);
  if (!shared.trusted || SSL_CTX_use_certificate(shared.context.get(), certificate.get()) != 1) {
    return invalid("the certificate can't be used");
  }
  if (SSL_CTX_use_PrivateKey(shared.context.get(), key.get()) != 1 ||
      SSL_CTX_check_private_key(shared.context.get()) != 1) {
    return invalid("the private key is not the certificate's");
  }
  return {};
}

bool ask_for(SSL_CTX& context, std::string_view alpn) {
  const auto list = alpn_list(alpn);
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, nullptr);
  return SSL_CTX_set_alpn_protos(&context, list.data(), static_cast<unsigned>(list.size())) == 0;
}

std::unique_ptr<TlsContext::Shared> make_shared_part(const SSL_METHOD* method) {
  auto shared = std::make_unique<TlsContext::Shared>();
  shared->context.reset(SSL_CTX_new(method));
  if (!shared->context || !set_up(*shared->context)) return nullptr;
  SSL_CTX_set_cert_verify_callback(shared->context.get(), verify_peer, shared.get());
  return shared;
}

}  // namespace

void SslDeleter::operator()(SSL* ssl) const { SSL_free(ssl); }
void SslContextDeleter::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

TlsContext::TlsContext(std::unique_ptr<Shared> shared) : shared_(std::move(shared)) {}
TlsContext::TlsContext(TlsContext&&) noexcept = default;
TlsContext& TlsContext::operator=(TlsContext&&) noexcept = default;
TlsContext::~TlsContext() = default;

Result<TlsContext> TlsContext::hub(const TlsCredentials& credentials) {
  auto shared = make_shared_part(TLS_server_method());
  if (!shared) return invalid("TLS can't be set up");
  const Status used = use_credentials(*shared, credentials);
  if (!used) return Error{used.error()};
  shared->is_hub = true;
  SSL_CTX_set_alpn_select_cb(shared->context.get(), choose_protocol, shared.get());
  SSL_CTX_set_client_hello_cb(shared->context.get(), require_alpn, nullptr);
  return TlsContext(std::move(shared));
}

Result<TlsContext> TlsContext::node(const TlsCredentials& credentials) {
  auto shared = make_shared_part(TLS_client_method());
  if (!shared) return invalid("TLS can't be set up");
  const Status used = use_credentials(*shared, credentials);
  if (!used) return Error{used.error()};
  if (!ask_for(*shared->context, kNodeAlpn)) return invalid("TLS can't be set up");
  return TlsContext(std::move(shared));
}

Result<TlsContext> TlsContext::join(const Sha256& ca_sha256) {
  auto shared = make_shared_part(TLS_client_method());
  if (!shared || !ask_for(*shared->context, kJoinAlpn)) return invalid("TLS can't be set up");
  shared->ca_sha256 = ca_sha256;
  return TlsContext(std::move(shared));
}

SslPtr TlsContext::make() const {
  SslPtr ssl(SSL_new(shared_->context.get()));
  if (!ssl) return nullptr;
  if (shared_->is_hub) {
    SSL_set_accept_state(ssl.get());
  } else {
    SSL_set_connect_state(ssl.get());
  }
  return ssl;
}

}  // namespace picket
