// A new certificate for a membership, without the connection: a key made for it, what to send, and
// whether to believe the answer. Writes nothing.
#pragma once

#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/result.h"
#include "common/x509.h"
#include "node/identity/state_folder.h"
#include "picket/v1/node_link.pb.h"

namespace picket::node {

class Renewal {
 public:
  /// Less than limits::kNodeCertificateRenewal of the certificate is left.
  static bool is_due(const Certificate& certificate, WallTime now);

  /// Makes the new key.
  explicit Renewal(const Membership& of);

  /// For the live link: the request, DER.
  std::string request() const;
  /// For a connection that asks no certificate: by proof of the old key; `channel` is TlsPeer's.
  v1::JoinRequest request_by_key(const v1::Peer& self, const Membership& of,
                                 std::string_view channel) const;

  /// The new certificate, if it is of the same name and CA, over the new key, and good by this
  /// host's clock.
  Result<Certificate> accept(std::string_view certificate_der, WallTime now) const;
  /// The same of the answer to request_by_key(). Error: the hub's own words if it refused.
  Result<Certificate> accept(const v1::JoinReply& reply, WallTime now) const;
  const PrivateKey& key() const { return key_; }

 private:
  std::string node_;
  Certificate ca_;
  PrivateKey key_;
};

}  // namespace picket::node
