// The book's rules of renewing: who gets a new certificate, and when the older ones end.
#include <utility>

#include "common/limits.h"
#include "common/time_text.h"
#include "hub/core/identity_book.h"

namespace picket::hub {

std::optional<JoinRefused> IdentityBook::check_renewal(const NodeCertificate& by,
                                                       WallTime now) const {
  const std::string remedy = "; join again with a new token: " + create_command(by.name, true);
  switch (admit(by)) {
    case Standing::kAdmitted: break;
    case Standing::kRevoked:
      return JoinRefused{v1::JoinRefusal::REASON_REVOKED,
                         "this certificate of " + by.name + " was revoked or replaced" + remedy,
                         by.name};
    case Standing::kUnknown:
      return JoinRefused{v1::JoinRefusal::REASON_UNKNOWN_NODE,
                         "the hub does not know " + by.name + " any more; join again with a new " +
                             "token: " + create_command(by.name, false),
                         by.name};
  }
  if (now - by.expires > limits::kRenewableAfterEnd) {
    return JoinRefused{v1::JoinRefusal::REASON_TOO_LATE,
                       "this certificate expired " + in_words(now - by.expires) +
                           " ago and may be renewed for " + in_words(limits::kRenewableAfterEnd) +
                           remedy,
                       by.name};
  }
  const WallTime last = nodes_.find(by.name)->second.issued;
  if (now - last >= limits::kRenewalEvery) return std::nullopt;
  return JoinRefused{v1::JoinRefusal::REASON_BUSY,
                     "a certificate for " + by.name + " was made " + in_words(now - last) +
                         " ago; try again later",
                     by.name};
}

std::variant<IdentityBook::Redeemed, JoinRefused> IdentityBook::renew(const NodeCertificate& by,
                                                                      WallTime now) {
  if (auto refused = check_renewal(by, now)) return *std::move(refused);
  auto dated = date(by.name, now);
  if (const auto* renewed = std::get_if<Redeemed>(&dated)) {
    Node& node = nodes_.find(by.name)->second;
    node.issued = renewed->issued;
    node.expires = renewed->expires;
  }
  return dated;
}

bool IdentityBook::used(const NodeCertificate& certificate) {
  if (admit(certificate) != Standing::kAdmitted) return false;
  Node& node = nodes_.find(certificate.name)->second;
  const WallTime before = certificate.issued - std::chrono::seconds(1);
  if (before <= node.refused_through) return false;
  node.refused_through = before;
  return true;
}

}  // namespace picket::hub
