// The hub's own certificate authority: the key that makes an agent a node. It decides nothing: whom
// to certify is hub/core/identity_book's.
#pragma once

#include <optional>
#include <string>

#include "common/x509.h"
#include "common/x509_issue.h"
#include "hub/core/identities.h"

namespace picket::hub {

class CertificateAuthority {
 public:
  /// A new key and a CA certificate that begins now, less the back-dating.
  static CertificateAuthority make(WallTime now);
  /// The key must be the certificate's.
  CertificateAuthority(PrivateKey key, Certificate certificate)
      : key_(std::move(key)), certificate_(std::move(certificate)) {}

  Certificate certify_hub(const PrivateKey& hub_key, WallTime now) const;
  Certificate certify_node(const CertificateRequest& request, const std::string& node,
                           WallTime issued, WallTime expires) const;

  const Certificate& certificate() const { return certificate_; }
  const PrivateKey& key() const { return key_; }
  std::string hub_id() const { return hub_id_of(certificate_.fingerprint()); }

 private:
  PrivateKey key_;
  Certificate certificate_;
};

/// What a node's certificate says, as the core asks of it; empty for any other certificate. The
/// signature and the validity in time are for TLS to check.
std::optional<NodeCertificate> node_certificate(const Certificate& certificate);

}  // namespace picket::hub
