#include "node/identity/renewal.h"

#include "common/limits.h"
#include "common/renewal_proof.h"
#include "common/x509_issue.h"

namespace picket::node {

bool Renewal::is_due(const Certificate& certificate, WallTime now) {
  return certificate.not_after() - now < limits::kNodeCertificateRenewal;
}

Renewal::Renewal(const Membership& of) : node_(of.node), ca_(of.ca), key_(PrivateKey::generate()) {}

std::string Renewal::request() const { return CertificateRequest::make(key_).to_der(); }

v1::JoinRequest Renewal::request_by_key(const v1::Peer& self, const Membership& of,
                                        std::string_view channel) const {
  v1::JoinRequest request;
  *request.mutable_peer() = self;
  request.set_certificate_request(this->request());
  request.set_certificate(of.certificate.to_der());
  request.set_proof(prove_renewal(of.key, channel, request.certificate_request()));
  return request;
}

Result<Certificate> Renewal::accept(std::string_view certificate_der, WallTime now) const {
  auto certificate = Certificate::from_der(certificate_der);
  const auto identity = certificate ? certificate->identity() : std::nullopt;
  const bool is_ours = identity && identity->role == CertificateIdentity::Role::kNode &&
                       identity->node == node_ && certificate->is_signed_by(ca_) &&
                       certificate->is_for(key_);
  if (!is_ours) return Error{"the hub's answer holds no certificate for this node's new key"};
  if (now >= certificate->not_before() && now < certificate->not_after()) return certificate;
  return Error{"the new certificate is not valid by this host's clock; set the clock"};
}

Result<Certificate> Renewal::accept(const v1::JoinReply& reply, WallTime now) const {
  if (reply.has_joined()) return accept(reply.joined().certificate(), now);
  if (!reply.has_refused()) return Error{"the hub's answer is one that this version doesn't know"};
  const std::string& text = reply.refused().text();
  return Error{text.empty() ? "the hub refused, without a reason" : "the hub refused: " + text};
}

}  // namespace picket::node
