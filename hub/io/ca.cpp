#include "hub/io/ca.h"

#include "common/limits.h"

namespace picket::hub {
namespace {

using Role = CertificateIdentity::Role;

// Clocks of nodes may be a little behind.
Validity validity(WallTime issued, WallTime expires) {
  return {issued - limits::kCertificateBackdate, expires};
}

}  // namespace

CertificateAuthority CertificateAuthority::make(WallTime now) {
  PrivateKey key = PrivateKey::generate();
  Certificate certificate = make_ca_certificate(key, validity(now, now + limits::kCaValidity));
  return {std::move(key), std::move(certificate)};
}

Certificate CertificateAuthority::certify_hub(const PrivateKey& hub_key, WallTime now) const {
  return make_certificate(certificate_, key_, hub_key.get(), {Role::kHub, ""},
                          validity(now, now + limits::kHubCertificateValidity));
}

Certificate CertificateAuthority::certify_node(const CertificateRequest& request,
                                               const std::string& node, WallTime issued,
                                               WallTime expires) const {
  return make_certificate(certificate_, key_, request.public_key(), {Role::kNode, node},
                          validity(issued, expires));
}

std::optional<NodeCertificate> node_certificate(const Certificate& certificate) {
  const auto identity = certificate.identity();
  if (!identity || identity->role != Role::kNode) return std::nullopt;
  return NodeCertificate{identity->node, certificate.not_before() + limits::kCertificateBackdate,
                         certificate.not_after()};
}

}  // namespace picket::hub
