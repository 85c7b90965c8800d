// Joining, the node's side, without the connection: what to send to whom, and whether to believe
// the answer. The key is made here and never leaves the node.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "common/secret.h"
#include "common/sha256.h"
#include "common/x509.h"
#include "node/identity/state_folder.h"
#include "picket/v1/node_link.pb.h"

namespace picket::node {

class JoinAttempt {
 public:
  /// Reads the token and makes a key. Refuses a hub that this folder has joined already, unless
  /// `replace`: before anything is sent, so that no token is used up for nothing.
  static Result<JoinAttempt> begin(std::string_view token, const StateFolder& folder, bool replace);

  /// Where to try, in this order, "host:port".
  const std::vector<std::string>& addresses() const { return addresses_; }
  /// The CA that the hub's TLS certificate must be of; nothing may be sent to any other.
  const Sha256& ca_fingerprint() const { return ca_fingerprint_; }
  std::string hub_id() const { return hub_id_of(ca_fingerprint_); }
  /// The name that the token was made for, as it says; the hub decides.
  const std::string& node() const { return node_; }

  /// What to ask first, on a connection of its own: the hub's time. Holds no secret.
  static v1::JoinRequest time_request(const v1::Peer& self);
  /// This host's clock at `now` against the hub's in its answer to that. Error: the token would be
  /// used up, and an older certificate of the name ended, for one that isn't valid here.
  static Status check_clock(const v1::JoinReply& reply, WallTime now);

  /// The request to join. It holds the token's secret: wipe(*mutable_secret()) when it has been
  /// sent.
  v1::JoinRequest request(const v1::Peer& self) const;

  /// Checks everything in the hub's answer, and this host's clock at `now` against the certificate.
  /// Error: a sentence for a person, the hub's own if it refused. Writes nothing; afterwards
  /// StateFolder::save().
  Result<Membership> accept(const v1::JoinReply& reply, WallTime now) &&;

 private:
  JoinAttempt(const v1::TokenPayload& token, const Sha256& ca_fingerprint);
  Status check_certificates(const Certificate& certificate, const Certificate& ca) const;

  std::vector<std::string> addresses_;
  Sha256 ca_fingerprint_;
  std::string node_;
  Secret secret_;
  PrivateKey key_;
};

}  // namespace picket::node
