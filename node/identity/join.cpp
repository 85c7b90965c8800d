#include "node/identity/join.h"

#include <optional>
#include <utility>

#include "common/hub_addresses.h"
#include "common/json_text.h"
#include "common/limits.h"
#include "common/time_text.h"
#include "common/token.h"
#include "common/x509_issue.h"

namespace picket::node {
namespace {

// The network's delay doesn't matter beside a certificate's life.
std::string clock_is_off(WallTime hub_time, WallTime now) {
  return "this host's clock is " + in_words(now - hub_time) +
         (now < hub_time ? " behind" : " ahead of") + " the hub's, so that ";
}

// Why this host's clock can't be right, if so.
Status check_validity(const Certificate& certificate, const std::string& node, WallTime hub_time,
                      WallTime now) {
  if (now >= certificate.not_before() && now < certificate.not_after()) return {};
  return Error{clock_is_off(hub_time, now) +
               "the new certificate is not valid here; nothing was saved. Set the clock, then make "
               "a new token on the hub: picket token "
               "create --name " +
               node + " --replace"};
}

Error refusal(const v1::JoinRefusal& refused) {
  if (refused.text().empty()) return Error{"the hub refused, without a reason"};
  return Error{"the hub refused: " + refused.text()};
}

}  // namespace

Result<JoinAttempt> JoinAttempt::begin(std::string_view token, const StateFolder& folder,
                                       bool replace) {
  auto payload = parse_token(token);
  if (!payload) return Error{payload.error()};
  const auto fingerprint = sha256_from_bytes(payload->ca_sha256());
  if (!fingerprint) return Error{"this token has no fingerprint"};
  JoinAttempt attempt(*payload, *fingerprint);
  wipe(*payload->mutable_secret());
  if (replace || !folder.has_joined(attempt.hub_id())) return attempt;
  const auto joined = folder.load(attempt.hub_id());
  return Error{"this node has joined that hub already" + (joined ? ", as " + joined->node : "") +
               "; --replace gives up that identity for a new one"};
}

JoinAttempt::JoinAttempt(const v1::TokenPayload& token, const Sha256& ca_fingerprint)
    : addresses_(token.addresses().begin(), token.addresses().end()),
      ca_fingerprint_(ca_fingerprint),
      node_(token.node()),
      secret_(std::string_view(token.secret())),
      key_(PrivateKey::generate()) {}

v1::JoinRequest JoinAttempt::request(const v1::Peer& self) const {
  v1::JoinRequest request;
  *request.mutable_peer() = self;
  request.set_secret(std::string(secret_.reveal()));
  request.set_certificate_request(CertificateRequest::make(key_).to_der());
  return request;
}

v1::JoinRequest JoinAttempt::time_request(const v1::Peer& self) {
  v1::JoinRequest request;
  *request.mutable_peer() = self;
  request.set_time_only(true);
  return request;
}

Status JoinAttempt::check_clock(const v1::JoinReply& reply, WallTime now) {
  const WallTime hub_time = from_peer_unix_ns(reply.hub_unix_ns());
  if (reply.hub_unix_ns() == 0) return {};  // a busy hub; it may say more to the request itself
  // A certificate made now would begin and end then.
  const bool is_valid = now >= hub_time - limits::kCertificateBackdate &&
                        now < hub_time + limits::kNodeCertificateValidity;
  if (is_valid) return {};
  return Error{clock_is_off(hub_time, now) +
               "a new certificate would not be valid here; the token was not used. Set the clock, "
               "then join with it again"};
}

Status JoinAttempt::check_certificates(const Certificate& certificate,
                                       const Certificate& ca) const {
  if (ca.fingerprint() != ca_fingerprint_ || !ca.is_picket_ca()) {
    return Error{"the hub's CA is not the one that the token was made with; nothing was saved"};
  }
  const auto identity = certificate.identity();
  const bool node = identity && identity->role == CertificateIdentity::Role::kNode;
  if (!node || !certificate.is_signed_by(ca)) {
    return Error{"the hub's answer holds no node's certificate by its CA; nothing was saved"};
  }
  if (!certificate.is_for(key_)) {
    return Error{"the hub's answer holds a certificate for another key; nothing was saved"};
  }
  return {};
}

Result<Membership> JoinAttempt::accept(const v1::JoinReply& reply, WallTime now) && {
  if (reply.has_refused()) return refusal(reply.refused());
  if (!reply.has_joined())
    return Error{"the hub's answer is one that this version doesn't know; update picket-node"};
  const v1::Joined& joined = reply.joined();
  auto certificate = Certificate::from_der(joined.certificate());
  auto ca = Certificate::from_der(joined.ca_certificate());
  if (!certificate || !ca) return Error{"the hub's answer holds no certificate; nothing was saved"};
  if (auto checked = check_certificates(*certificate, *ca); !checked) return Error{checked.error()};
  const std::string name = certificate->identity()->node;
  auto clock = check_validity(*certificate, name, from_peer_unix_ns(reply.hub_unix_ns()), now);
  if (!clock) return Error{clock.error()};
  std::vector<std::string> addresses(joined.addresses().begin(), joined.addresses().end());
  if (!check_hub_addresses(addresses)) addresses = addresses_;  // the token's have just worked
  return Membership{hub_id(),        name,
                    std::move(key_), *std::move(certificate),
                    *std::move(ca),  std::move(addresses)};
}

}  // namespace picket::node
