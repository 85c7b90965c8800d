#include "hub/io/identity_store.h"

#include <algorithm>
#include <utility>

#include "common/files.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/random_bytes.h"
#include "common/renewal_proof.h"
#include "common/secret.h"
#include "common/sha256.h"
#include "common/token.h"
#include "hub/io/identity_file.h"

namespace picket::hub {

Result<IdentityStore> IdentityStore::open(const std::string& path, const CertificateAuthority& ca,
                                          std::vector<std::string> addresses, const Clock& clock) {
  if (const Status safe = check_protected(path, true); !safe) return Error{safe.error()};
  const auto content = read_file(path, limits::kIdentityFileBytesMax);
  if (!content) return Error{content.error()};
  auto book = decode_identity_file(*content);
  if (!book) {
    return Error{path + " is damaged or of a newer picket-hub; put back a copy from a backup"};
  }
  return IdentityStore(path, *std::move(book), ca, std::move(addresses), clock);
}

IdentityStore::IdentityStore(std::string path, IdentityBook book, const CertificateAuthority& ca,
                             std::vector<std::string> addresses, const Clock& clock)
    : path_(std::move(path)),
      book_(std::move(book)),
      ca_(ca),
      addresses_(std::move(addresses)),
      clock_(clock) {}

// Each change is made in a copy, which becomes the book once it is saved.
Status IdentityStore::save(IdentityBook next) {
  Status written = write_file(path_, encode_identity_file(next), 0600);
  if (written) book_ = std::move(next);
  return written;
}

std::optional<Refused> IdentityStore::save_or_refuse(IdentityBook next) {
  const Status saved = save(std::move(next));
  if (saved) return std::nullopt;
  return Refused{v1::Error::CODE_INTERNAL,
                 "the hub could not save this, so it was not done: " + saved.error()};
}

// ---- Identities

Standing IdentityStore::admit(const NodeCertificate& certificate) const {
  return book_.admit(certificate);
}

std::vector<KnownNode> IdentityStore::known() const { return book_.known(); }

std::vector<v1::Token> IdentityStore::tokens() const { return book_.tokens(clock_.wall()); }

std::optional<Refused> IdentityStore::create_tokens(const TokenOrder& order,
                                                    std::vector<v1::Token>& created) {
  // One more than the limit is enough for the book to refuse; no order makes us draw more.
  const std::size_t count = std::min(order.nodes.size(), limits::kTokensPerRequestMax + 1);
  std::vector<Secret> secrets;
  std::vector<Sha256> hashes;
  for (std::size_t i = 0; i < count; ++i) {
    secrets.push_back(random_bytes(limits::kTokenSecretBytes));
    hashes.push_back(sha256(secrets.back().reveal()));
  }
  IdentityBook next = book_;
  std::vector<v1::Token> made;
  if (auto refused = next.create_tokens(order, hashes, clock_.wall(), made)) return refused;
  if (auto refused = save_or_refuse(std::move(next))) return refused;
  for (std::size_t i = 0; i < made.size(); ++i) {
    made[i].set_token(token_text(made[i].node(), secrets[i]));
    created.push_back(std::move(made[i]));
  }
  return std::nullopt;
}

std::string IdentityStore::token_text(const std::string& node, const Secret& secret) const {
  v1::TokenPayload payload;
  for (const auto& address : addresses_) payload.add_addresses(address);
  payload.set_ca_sha256(std::string(as_bytes(ca_.certificate().fingerprint())));
  payload.set_secret(std::string(secret.reveal()));
  payload.set_node(node);
  std::string text = format_token(payload);
  wipe(*payload.mutable_secret());
  return text;
}

std::optional<Refused> IdentityStore::revoke_token(std::string_view id_or_token) {
  IdentityBook next = book_;
  std::optional<Refused> refused;
  if (looks_like_token(id_or_token)) {
    auto payload = parse_token(id_or_token);
    if (!payload) return Refused{v1::Error::CODE_INVALID, payload.error()};
    refused = next.revoke_token(sha256(payload->secret()), clock_.wall());
    wipe(*payload->mutable_secret());
  } else {
    refused = next.revoke_token(id_or_token, clock_.wall());
  }
  return refused ? refused : save_or_refuse(std::move(next));
}

std::optional<Refused> IdentityStore::revoke_node(std::string_view name) {
  IdentityBook next = book_;
  auto refused = next.revoke_node(name, clock_.wall());
  return refused ? refused : save_or_refuse(std::move(next));
}

std::optional<Refused> IdentityStore::forget_node(std::string_view name) {
  IdentityBook next = book_;
  auto refused = next.forget_node(name, clock_.wall());
  return refused ? refused : save_or_refuse(std::move(next));
}

// ---- JoinAuthority

std::variant<std::string, JoinRefused> IdentityStore::check(std::string_view secret,
                                                            std::string_view request_der) const {
  auto checked = book_.check(sha256(secret), clock_.wall());
  const auto* node = std::get_if<std::string>(&checked);
  if (node == nullptr) return checked;
  // Only who has a token makes us look at keys and signatures.
  const auto request = CertificateRequest::from_der(request_der);
  if (request) return checked;
  return JoinRefused{v1::JoinRefusal::REASON_BAD_REQUEST, request.error(), *node};
}

std::variant<v1::Joined, JoinRefused> IdentityStore::redeem(std::string_view secret,
                                                            std::string_view request_der) {
  const auto request = CertificateRequest::from_der(request_der);
  if (!request) return JoinRefused{v1::JoinRefusal::REASON_BAD_REQUEST, request.error(), ""};
  IdentityBook next = book_;
  auto result = next.redeem(sha256(secret), clock_.wall());
  if (auto* refused = std::get_if<JoinRefused>(&result)) return std::move(*refused);
  const auto& redeemed = std::get<IdentityBook::Redeemed>(result);
  v1::Joined reply = joined(redeemed, *request);
  const Status saved = save(std::move(next));
  if (saved) return reply;
  // The path of the hub's file is not for strangers.
  return JoinRefused{
      v1::JoinRefusal::REASON_BUSY,
      "the hub could not save the new node; the token is still good, try again later",
      redeemed.node};
}

std::variant<NodeCertificate, JoinRefused> IdentityStore::identify(const v1::JoinRequest& request,
                                                                   std::string_view channel) const {
  const auto certificate = Certificate::from_der(request.certificate());
  const auto holder = certificate ? node_certificate(*certificate) : std::nullopt;
  if (!holder || !certificate->is_signed_by(ca_.certificate())) {
    return JoinRefused{v1::JoinRefusal::REASON_BAD_REQUEST,
                       "what is to be renewed is no node's certificate of this hub", ""};
  }
  if (is_proven(*certificate, channel, request.certificate_request(), request.proof())) {
    return *holder;
  }
  return JoinRefused{v1::JoinRefusal::REASON_BAD_REQUEST,
                     "whoever asks for a renewal must have the certificate's key", ""};
}

// ---- renewing

void IdentityStore::used(const NodeCertificate& certificate) {
  IdentityBook next = book_;
  if (!next.used(certificate)) return;
  // Not saved: the older ones stay good until the next link.
  if (const Status saved = save(std::move(next)); !saved) {
    log::error("older certificates of a node can't be refused yet",
               {{"node", certificate.name}, {"why", saved.error()}});
  }
}

std::optional<JoinRefused> IdentityStore::check_renewal(const NodeCertificate& by,
                                                        std::string_view request_der) const {
  if (auto refused = book_.check_renewal(by, clock_.wall())) return refused;
  const auto request = CertificateRequest::from_der(request_der);
  if (request) return std::nullopt;
  return JoinRefused{v1::JoinRefusal::REASON_BAD_REQUEST, request.error(), by.name};
}

std::variant<v1::Joined, JoinRefused> IdentityStore::renew(const NodeCertificate& by,
                                                           std::string_view request_der) {
  const auto request = CertificateRequest::from_der(request_der);
  if (!request) return JoinRefused{v1::JoinRefusal::REASON_BAD_REQUEST, request.error(), by.name};
  IdentityBook next = book_;
  auto result = next.renew(by, clock_.wall());
  if (auto* refused = std::get_if<JoinRefused>(&result)) return std::move(*refused);
  v1::Joined reply = joined(std::get<IdentityBook::Redeemed>(result), *request);
  if (const Status saved = save(std::move(next))) return reply;
  return JoinRefused{v1::JoinRefusal::REASON_BUSY,
                     "the hub could not save the new certificate; try again later", by.name};
}

v1::Joined IdentityStore::joined(const IdentityBook::Redeemed& redeemed,
                                 const CertificateRequest& request) const {
  v1::Joined reply;
  reply.set_node(redeemed.node);
  reply.set_hub_id(ca_.hub_id());
  reply.set_certificate(
      ca_.certify_node(request, redeemed.node, redeemed.issued, redeemed.expires).to_der());
  reply.set_ca_certificate(ca_.certificate().to_der());
  for (const auto& address : addresses_) reply.add_addresses(address);
  return reply;
}

}  // namespace picket::hub
