// Who may be a node: names, certificates, tokens, revocations, as the core asks for them. The rules
// are in hub/core/identity_book; keys, certificates and the file are hub/io's.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "picket/v1/client_link.pb.h"

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

class Identities {
 public:
  virtual ~Identities() = default;
  virtual Standing admit(const NodeCertificate& certificate) const = 0;
  virtual std::vector<KnownNode> known() const = 0;

  // Each changes all or nothing, and is on stable storage when it returns. Empty optional: done.
  virtual std::optional<Refused> create_tokens(const TokenOrder& order,
                                               std::vector<v1::Token>& created) = 0;
  virtual std::vector<v1::Token> tokens() const = 0;
  virtual std::optional<Refused> revoke_token(std::string_view id_or_token) = 0;
  virtual std::optional<Refused> revoke_node(std::string_view name) = 0;
  virtual std::optional<Refused> forget_node(std::string_view name) = 0;
};

}  // namespace picket::hub
