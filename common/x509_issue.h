// Making certificates: requests for one, and what a CA makes of them. All are ECDSA with SHA-256,
// X.509 v3, with a random serial number of 128 bits.
#pragma once

#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/result.h"
#include "common/x509.h"

namespace picket {

/// A PKCS #10 request. Only its key matters to picket: names and extensions in it are never read.
class CertificateRequest {
 public:
  static CertificateRequest make(const PrivateKey& key);
  /// Checked: at most limits::kCertificateRequestBytesMax with nothing behind it; the key is on
  /// P-256 or P-384 (by name, not by explicit parameters) or Ed25519; signed by that key.
  static Result<CertificateRequest> from_der(std::string_view der);
  std::string to_der() const;

  /// Valid as long as the request.
  EVP_PKEY* public_key() const { return X509_REQ_get0_pubkey(request_.get()); }

 private:
  explicit CertificateRequest(OpenSslPtr<X509_REQ> request) : request_(std::move(request)) {}
  OpenSslPtr<X509_REQ> request_;
};

/// Kept in whole seconds: fractions are cut off.
struct Validity {
  WallTime not_before;
  WallTime not_after;
};

/// A CA certificate signed by its own key: CN "picket CA", may sign certificates but no further CA.
Certificate make_ca_certificate(const PrivateKey& key, Validity validity);

/// A certificate for the hub or a node over `subject_key`, of which only the public half is used.
/// `ca_key` must be the key of `ca`, the node's name valid. Throws std::runtime_error if OpenSSL
/// can't.
Certificate make_certificate(const Certificate& ca, const PrivateKey& ca_key, EVP_PKEY* subject_key,
                             const CertificateIdentity& subject, Validity validity);

}  // namespace picket
