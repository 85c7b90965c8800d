// What OpenSSL's callbacks of a TlsContext share. Part of common/tls; nobody else needs it.
#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>

#include "common/tls.h"

namespace picket {

struct CertificateDeleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct StoreDeleter {
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
using CertificatePtr = std::unique_ptr<X509, CertificateDeleter>;
using StorePtr = std::unique_ptr<X509_STORE, StoreDeleter>;

inline constexpr std::string_view kNodeAlpn = "picket/1";
inline constexpr std::string_view kJoinAlpn = "picket-join/1";

struct TlsContext::Shared {
  std::unique_ptr<SSL_CTX, SslContextDeleter> context;
  bool is_hub = false;
  CertificatePtr ca;  // null: pinned
  StorePtr trusted;   // null: pinned
  Sha256 ca_sha256{};
};

/// A store that trusts one CA.
StorePtr make_store(X509& ca);

/// Installed in every context: judge the peer's certificate; `arg` is the Shared.
int verify_peer(X509_STORE_CTX* context, void* arg);

/// Why verify_peer() refused; empty: it did not.
std::string refusal_of(const SSL& ssl);

}  // namespace picket
