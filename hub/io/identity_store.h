// The identities of a hub: the rules of hub/core/identity_book kept in a file, with the CA that
// makes the certificates. Each change is on stable storage before it counts; one that can't be
// saved didn't happen.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "hub/core/identities.h"
#include "hub/core/identity_book.h"
#include "hub/core/join.h"
#include "hub/io/ca.h"

namespace picket::hub {

class IdentityStore final : public Identities, public JoinAuthority {
 public:
  /// Reads the file, which must be there: without it nobody would know who was revoked. `addresses`
  /// go into tokens. The CA and the clock outlive the store.
  static Result<IdentityStore> open(const std::string& path, const CertificateAuthority& ca,
                                    std::vector<std::string> addresses, const Clock& clock);

  Standing admit(const NodeCertificate& certificate) const override;
  std::vector<KnownNode> known() const override;
  void used(const NodeCertificate& certificate) override;
  std::optional<JoinRefused> check_renewal(const NodeCertificate& by,
                                           std::string_view request_der) const override;
  std::variant<v1::Joined, JoinRefused> renew(const NodeCertificate& by,
                                              std::string_view request_der) override;
  std::optional<Refused> create_tokens(const TokenOrder& order,
                                       std::vector<v1::Token>& created) override;
  std::vector<v1::Token> tokens() const override;
  std::optional<Refused> revoke_token(std::string_view id_or_token) override;
  std::optional<Refused> revoke_node(std::string_view name) override;
  std::optional<Refused> forget_node(std::string_view name) override;

  std::variant<std::string, JoinRefused> check(std::string_view secret,
                                               std::string_view request_der) const override;
  std::variant<v1::Joined, JoinRefused> redeem(std::string_view secret,
                                               std::string_view request_der) override;
  std::variant<NodeCertificate, JoinRefused> identify(const v1::JoinRequest& request,
                                                      std::string_view channel) const override;

 private:
  IdentityStore(std::string path, IdentityBook book, const CertificateAuthority& ca,
                std::vector<std::string> addresses, const Clock& clock);

  std::string token_text(const std::string& node, const Secret& secret) const;
  v1::Joined joined(const IdentityBook::Redeemed& redeemed,
                    const CertificateRequest& request) const;
  Status save(IdentityBook next);
  std::optional<Refused> save_or_refuse(IdentityBook next);

  std::string path_;
  IdentityBook book_;
  const CertificateAuthority& ca_;
  std::vector<std::string> addresses_;
  const Clock& clock_;
};

}  // namespace picket::hub
