// Who may be a node: names, certificates, tokens, revocations, as the core asks for them. The rules
// are in hub/core/identity_book; keys, certificates and the file are hub/io's.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "picket/v1/client_link.pb.h"
#include "picket/v1/node_link.pb.h"

namespace picket::hub {

/// What a verified node certificate says.
struct NodeCertificate {
  std::string name;
  WallTime issued;  // when the hub made it (its notBefore without the back-dating)
  WallTime expires;
};

enum class Standing {
  kAdmitted,
  kRevoked,  // made before the name was revoked or replaced
  kUnknown,  // the name was forgotten, or never issued by this state folder
};

/// A name with a certificate.
struct KnownNode {
  std::string name;
  WallTime issued;
  WallTime expires;
  std::optional<WallTime> revoked;
};

struct TokenOrder {
  std::vector<std::string> nodes;
  std::optional<std::chrono::milliseconds> valid;  // absent: limits::kTokenValidity
  bool replace = false;
  std::string created_by;  // "uid 0"
};

/// An error that a client is told, with the code for its exit status.
struct Refused {
  v1::Error::Code code = v1::Error::CODE_INTERNAL;
  std::string text;
};

/// Why somebody may not join, or have a new certificate.
struct JoinRefused {
  v1::JoinRefusal::Reason reason = v1::JoinRefusal::REASON_UNSPECIFIED;
  std::string text;  // a sentence for the person at the node: what is wrong, and what to do
  std::string node;  // whose token or certificate it was; empty: none of this hub's
};

class Identities {
 public:
  virtual ~Identities() = default;
  virtual Standing admit(const NodeCertificate& certificate) const = 0;
  virtual std::vector<KnownNode> known() const = 0;
  /// A link was admitted with it: the name's certificates issued before are refused from now on.
  virtual void used(const NodeCertificate& certificate) = 0;
  /// Whether the holder of `by` may have a new certificate, over the key of this request. Empty:
  /// yes.
  virtual std::optional<JoinRefused> check_renewal(const NodeCertificate& by,
                                                   std::string_view request_der) const = 0;
  /// Makes it; on stable storage when it returns.
  virtual std::variant<v1::Joined, JoinRefused> renew(const NodeCertificate& by,
                                                      std::string_view request_der) = 0;

  // Each changes all or nothing, and is on stable storage when it returns. Empty optional: done.
  virtual std::optional<Refused> create_tokens(const TokenOrder& order,
                                               std::vector<v1::Token>& created) = 0;
  virtual std::vector<v1::Token> tokens() const = 0;
  virtual std::optional<Refused> revoke_token(std::string_view id_or_token) = 0;
  virtual std::optional<Refused> revoke_node(std::string_view name) = 0;
  virtual std::optional<Refused> forget_node(std::string_view name) = 0;
};

}  // namespace picket::hub
