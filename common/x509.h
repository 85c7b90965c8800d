// Keys and certificates over OpenSSL, owned and typed: reading what a certificate says. Making them
// is common/x509_issue's; who may use one is hub/core/identity_book's.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/result.h"
#include "common/secret.h"
#include "common/sha256.h"

namespace picket {

/// Deleters for OpenSSL's objects: `OpenSslPtr<X509>` frees with X509_free.
struct OpenSslFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_REQ* request) const { X509_REQ_free(request); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(EXTENDED_KEY_USAGE* usage) const { EXTENDED_KEY_USAGE_free(usage); }
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
template <typename T>
using OpenSslPtr = std::unique_ptr<T, OpenSslFree>;

/// A private key, wiped by OpenSSL when it ends. Has no text form but to_pem().
class PrivateKey {
 public:
  /// A new key on P-256. Throws std::runtime_error if OpenSSL can't.
  static PrivateKey generate();
  static Result<PrivateKey> from_pem(std::string_view pem);
  /// PKCS #8, not encrypted: the file's mode protects it.
  Secret to_pem() const;

  EVP_PKEY* get() const { return key_.get(); }

 private:
  explicit PrivateKey(OpenSslPtr<EVP_PKEY> key) : key_(std::move(key)) {}
  OpenSslPtr<EVP_PKEY> key_;
};

/// Whom a certificate of picket's CA names. Read from its one URI: "picket:hub" or
/// "picket:node:NAME".
struct CertificateIdentity {
  enum class Role { kHub, kNode };
  Role role = Role::kHub;
  std::string node;  // empty for the hub
};

/// An X.509 certificate, never changed once made; copies share it.
class Certificate {
 public:
  static Result<Certificate> from_pem(std::string_view pem);
  /// Exactly one certificate of at most limits::kCertificateBytesMax, nothing behind it.
  static Result<Certificate> from_der(std::string_view der);
  /// Takes over a reference, as of SSL_get1_peer_certificate(). Must not be null.
  static Certificate adopt(X509* certificate);

  std::string to_pem() const;
  std::string to_der() const;
  /// SHA-256 of the DER form.
  Sha256 fingerprint() const;

  /// The role and name, if the certificate has exactly the form that picket's CA gives a hub or a
  /// node: one URI and no other name, the extended key usage of that role and no other, not a CA.
  std::optional<CertificateIdentity> identity() const;
  /// Whether it is a CA in the form of picket's, signed by its own key.
  [[nodiscard]] bool is_picket_ca() const;
  WallTime not_before() const;
  WallTime not_after() const;

  /// Whether `key` is the private half of this certificate's key.
  [[nodiscard]] bool is_for(const PrivateKey& key) const;
  /// Whether the CA's key signed it. Says nothing about validity in time.
  [[nodiscard]] bool is_signed_by(const Certificate& ca) const;

  X509* get() const { return certificate_.get(); }

 private:
  explicit Certificate(X509* certificate) : certificate_(certificate, X509_free) {}
  std::shared_ptr<X509> certificate_;
};

/// The newest error of OpenSSL on this thread, in its own words; empties its queue.
std::string take_openssl_error();

/// The hub's id: the first 16 hexadecimal digits of its CA certificate's fingerprint.
std::string hub_id_of(const Sha256& ca_fingerprint);

}  // namespace picket
