// Joining, the hub's side: one request in, one reply out. Pure; whoever drives it has the
// connection, its time-out and the limit on failed attempts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "common/clock.h"
#include "common/limits.h"
#include "common/per_minute.h"
#include "hub/core/audit.h"
#include "hub/core/identities.h"
#include "hub/core/renewals.h"
#include "picket/v1/model.pb.h"
#include "picket/v1/node_link.pb.h"

namespace picket::hub {

/// Who decides and who makes the certificate: hub/io/identity_store.
class JoinAuthority {
 public:
  virtual ~JoinAuthority() = default;
  /// The name that this secret would admit, if the certificate request is good too. Changes
  /// nothing.
  virtual std::variant<std::string, JoinRefused> check(std::string_view secret,
                                                       std::string_view request_der) const = 0;
  /// Uses the token up and makes the certificate, both or neither; on stable storage when it
  /// returns.
  virtual std::variant<v1::Joined, JoinRefused> redeem(std::string_view secret,
                                                       std::string_view request_der) = 0;
  /// The certificate in a request to renew, if it is a node's by this hub's CA, however long
  /// expired, and whoever is at the other end of `channel` has its key.
  virtual std::variant<NodeCertificate, JoinRefused> identify(const v1::JoinRequest& request,
                                                              std::string_view channel) const = 0;
};

struct JoinAnswer {
  v1::JoinReply reply;
  // Who has joined, else empty. If that name is connected with an older certificate, its link must
  // end.
  std::string joined;
  std::string renewed;     // who has a new certificate beside the one that it had, else empty
  bool time_only = false;  // neither joined nor refused: nothing was asked for but the time
};

class Join {
 public:
  /// `self` is what the hub says of itself; its range of versions decides. All outlive this object.
  Join(JoinAuthority& authority, Renewals& renewals, Audit& audit, const Clock& clock,
       const v1::Peer& self)
      : authority_(authority), renewals_(renewals), audit_(audit), clock_(clock), self_(self) {}

  /// `payload` is one frame's; `address` is the peer's, for the audit; `channel` see
  /// common/tls.h.
  JoinAnswer answer(std::string_view payload, const std::string& address,
                    std::string_view channel = {});

 private:
  std::variant<std::string, JoinRefused> check(const v1::JoinRequest& request) const;
  std::variant<v1::Joined, JoinRefused> admit(const v1::JoinRequest& request,
                                              const std::string& node, const std::string& address);
  std::variant<v1::Joined, JoinRefused> decide(bool read, v1::JoinRequest& request,
                                               const std::string& address);
  std::variant<v1::Joined, JoinRefused> renew(const v1::JoinRequest& request,
                                              const std::string& address, std::string_view channel);
  void record_refusal(const JoinRefused& refused, const std::string& address);

  JoinAuthority& authority_;
  Renewals& renewals_;
  Audit& audit_;
  const Clock& clock_;
  const v1::Peer& self_;
  // Strangers must not fill the disk with records of their refusal.
  PerMinute recorded_{limits::kJoinRefusalsAuditedPerMinuteMax};
};

}  // namespace picket::hub
