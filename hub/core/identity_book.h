// The rules of who may be a node: tokens made, used and revoked, names joined, revoked and
// forgotten. Pure: it is handed the time and the hashes of secrets, and keeps nothing but its own
// tables. hub/io/identity_store keeps it in a file and makes the certificates.
//
// The rules that are easy to get wrong:
//  - A name has one valid token at most: a new one revokes the older unused ones, so that an order
//  printed
//    long ago can't take over a name.
//  - A certificate is refused if it was issued at or before the moment its name was revoked,
//  replaced or
//    forgotten. Certificates tell whole seconds, so a new one is dated after that moment even
//    within the same second, and if need be a little into the future.
//  - A renewed certificate refuses the older ones only once it was used: before, its node may have
//  lost it.
//  - A forgotten name is unknown in every answer, but its last instant is kept until its
//  certificates have
//    long expired, so that none of them comes back to life when the name joins again.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/clock.h"
#include "common/sha256.h"
#include "hub/core/identities.h"
#include "hub/core/join.h"
#include "picket/v1/client_link.pb.h"
#include "picket/v1/hub_state.pb.h"

namespace picket::hub {

class IdentityBook {
 public:
  /// Whom a redeemed token admits, and when the certificate's life begins and ends.
  struct Redeemed {
    std::string node;
    WallTime issued;  // whole seconds; may lie a little ahead of the clock
    WallTime expires;
  };

  /// One token for each name of the order, in its order; `secrets` are the SHA-256 of as many fresh
  /// secrets. All or, with an error, none. `created` has no token strings: the book doesn't know
  /// the secrets.
  std::optional<Refused> create_tokens(const TokenOrder& order, const std::vector<Sha256>& secrets,
                                       WallTime now, std::vector<v1::Token>& created);

  /// Whom the token of this secret would admit now. Changes nothing.
  std::variant<std::string, JoinRefused> check(const Sha256& secret, WallTime now) const;
  /// Uses the token up. From here on the name's older certificates are refused.
  std::variant<Redeemed, JoinRefused> redeem(const Sha256& secret, WallTime now);

  /// Whether the holder of this certificate may have a new one now. Changes nothing.
  std::optional<JoinRefused> check_renewal(const NodeCertificate& by, WallTime now) const;
  /// A new certificate for its name. The older ones stay good until it was used.
  std::variant<Redeemed, JoinRefused> renew(const NodeCertificate& by, WallTime now);
  /// It was shown and admitted: the name's certificates issued before are refused from here on.
  /// True if any was not.
  bool used(const NodeCertificate& certificate);

  std::optional<Refused> revoke_token(std::string_view id, WallTime now);
  std::optional<Refused> revoke_token(const Sha256& secret, WallTime now);
  /// Revokes the name's certificates and its unused tokens. Again: done, the first moment stays.
  std::optional<Refused> revoke_node(std::string_view name, WallTime now);
  /// Removes the name with its tokens; its certificates are unknown from here on, and stay refused
  /// if the name joins again.
  std::optional<Refused> forget_node(std::string_view name, WallTime now);

  Standing admit(const NodeCertificate& certificate) const;
  /// Sorted by name. `revoked` is set while the newest certificate is refused.
  std::vector<KnownNode> known() const;
  /// Newest first.
  std::vector<v1::Token> tokens(WallTime now) const;

  v1::IdentityBook to_message() const;
  /// Empty if the message contradicts the rules: it is damaged, or of a newer program.
  static std::optional<IdentityBook> from_message(const v1::IdentityBook& message);

 private:
  struct Node {
    WallTime issued;
    WallTime expires;
    WallTime refused_through;
    std::optional<WallTime> revoked;
    bool forgotten = false;
  };
  struct Token {
    std::string node;
    WallTime created;
    WallTime expires;
    std::optional<WallTime> used;
    std::optional<WallTime> revoked;
    bool replace = false;
    std::string created_by;
  };
  using Nodes = std::map<std::string, Node, std::less<>>;
  using Tokens = std::map<Sha256, Token>;

  std::optional<Refused> check_order(const TokenOrder& order,
                                     const std::vector<Sha256>& secrets) const;
  std::optional<Refused> check_name(const TokenOrder& order, const std::string& name) const;
  bool has_joined(std::string_view name) const;
  WallTime next_issue(std::string_view name, WallTime now) const;
  std::variant<Redeemed, JoinRefused> date(const std::string& name, WallTime now) const;
  bool make_room(std::size_t wanted, WallTime now);
  void revoke_unused_tokens(const std::set<std::string_view>& names, WallTime now);
  Tokens::iterator find_token(std::string_view id);
  std::optional<Refused> revoke(Tokens::iterator token, WallTime now);
  static v1::Token::State state_of(const Token& token, WallTime now);
  static v1::Token describe(const Sha256& secret, const Token& token, WallTime now);
  static WallTime finished_at(const Token& token);

  Nodes nodes_;
  Tokens tokens_;
};

/// What to type on the hub for a token.
std::string create_command(const std::string& node, bool replace);

/// What a token is called in lists and logs: the first digits of its secret's SHA-256, which tell
/// nothing about the secret.
std::string token_id(const Sha256& secret);

}  // namespace picket::hub
