#include "hub/core/identity_book.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/limits.h"
#include "common/node_name.h"
#include "common/time_text.h"

namespace picket::hub {
namespace {

using std::chrono::seconds;
using Reason = v1::JoinRefusal;

constexpr std::size_t kTokenIdDigits = 12;

Refused invalid(std::string text) { return {v1::Error::CODE_INVALID, std::move(text)}; }

// Every refusal ends with what to do.
std::string on_the_hub(const std::string& node, bool replace) {
  return "make a new one on the hub: " + create_command(node, replace);
}

Refused no_such_token() {
  return {v1::Error::CODE_NO_SUCH_TOKEN, "no token of this hub; see `picket token list`"};
}

}  // namespace

std::string create_command(const std::string& node, bool replace) {
  return "picket token create --name " + node + (replace ? " --replace" : "");
}

std::string token_id(const Sha256& secret) { return to_hex(secret).substr(0, kTokenIdDigits); }

// ---- tokens

std::optional<Refused> IdentityBook::create_tokens(const TokenOrder& order,
                                                   const std::vector<Sha256>& secrets, WallTime now,
                                                   std::vector<v1::Token>& created) {
  if (auto refused = check_order(order, secrets)) return refused;
  if (!make_room(secrets.size(), now)) {
    return Refused{v1::Error::CODE_BUSY, "the hub keeps at most " +
                                             std::to_string(limits::kTokensKeptMax) +
                                             " tokens; revoke some that were not used"};
  }
  revoke_unused_tokens({order.nodes.begin(), order.nodes.end()}, now);
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    const WallTime expires = now + order.valid.value_or(limits::kTokenValidity);
    Token token{order.nodes[i], now, expires, {}, {}, order.replace, order.created_by};
    created.push_back(describe(secrets[i], token, now));
    tokens_.emplace(secrets[i], std::move(token));
  }
  return std::nullopt;
}

std::optional<Refused> IdentityBook::check_order(const TokenOrder& order,
                                                 const std::vector<Sha256>& secrets) const {
  if (order.nodes.empty()) return invalid("a token needs the name of its node");
  if (order.nodes.size() > limits::kTokensPerRequestMax) {
    return invalid("at most " + std::to_string(limits::kTokensPerRequestMax) +
                   " tokens can be made at once");
  }
  if (order.valid &&
      (*order.valid <= Milliseconds::zero() || *order.valid > limits::kTokenValidityMax)) {
    return invalid("a token is valid for " + in_words(limits::kTokenValidityMax) + " at most");
  }
  std::set<std::string_view> names;
  for (const auto& name : order.nodes) {
    if (auto refused = check_name(order, name)) return refused;
    if (!names.insert(name).second) return invalid("the name " + name + " was given twice");
  }
  std::set<std::string> ids;
  for (const auto& [secret, token] : tokens_) ids.insert(token_id(secret));
  const bool fresh = std::all_of(secrets.begin(), secrets.end(), [&ids](const Sha256& secret) {
    return ids.insert(token_id(secret)).second;
  });
  if (fresh && secrets.size() == order.nodes.size()) return std::nullopt;
  return Refused{v1::Error::CODE_INTERNAL, "two tokens would be called the same; try again"};
}

std::optional<Refused> IdentityBook::check_name(const TokenOrder& order,
                                                const std::string& name) const {
  if (const Status valid = check_node_name(name); !valid) return invalid(valid.error());
  if (order.replace || !has_joined(name)) return std::nullopt;
  return Refused{
      v1::Error::CODE_ALREADY_EXISTS,
      name + " has joined; --replace makes a token that ends its old certificate when it is used"};
}

// Forgets tokens that were finished long ago, and, if that isn't enough, those finished first.
bool IdentityBook::make_room(std::size_t wanted, WallTime now) {
  std::vector<std::pair<WallTime, Sha256>> finished;
  for (const auto& [secret, token] : tokens_) {
    if (state_of(token, now) != v1::Token::STATE_VALID)
      finished.emplace_back(finished_at(token), secret);
  }
  std::sort(finished.begin(), finished.end());
  const std::size_t valid = tokens_.size() - finished.size();
  if (valid + wanted > limits::kTokensKeptMax) return false;
  for (const auto& [when, secret] : finished) {
    const bool crowded = tokens_.size() + wanted > limits::kTokensKeptMax;
    if (!crowded && now - when < limits::kTokenRemembered) break;
    tokens_.erase(secret);
  }
  return true;
}

WallTime IdentityBook::finished_at(const Token& token) {
  if (token.used) return *token.used;
  return token.revoked ? *token.revoked : token.expires;
}

v1::Token::State IdentityBook::state_of(const Token& token, WallTime now) {
  if (token.used) return v1::Token::STATE_USED;
  if (token.revoked) return v1::Token::STATE_REVOKED;
  return now >= token.expires ? v1::Token::STATE_EXPIRED : v1::Token::STATE_VALID;
}

v1::Token IdentityBook::describe(const Sha256& secret, const Token& token, WallTime now) {
  v1::Token description;
  description.set_id(token_id(secret));
  description.set_node(token.node);
  description.set_created_unix_ns(to_unix_ns(token.created));
  description.set_expires_unix_ns(to_unix_ns(token.expires));
  description.set_state(state_of(token, now));
  description.set_replace(token.replace);
  description.set_created_by(token.created_by);
  return description;
}

std::vector<v1::Token> IdentityBook::tokens(WallTime now) const {
  std::vector<v1::Token> list;
  list.reserve(tokens_.size());
  for (const auto& [secret, token] : tokens_) list.push_back(describe(secret, token, now));
  std::sort(list.begin(), list.end(), [](const v1::Token& a, const v1::Token& b) {
    if (a.created_unix_ns() != b.created_unix_ns())
      return a.created_unix_ns() > b.created_unix_ns();
    return a.node() < b.node();
  });
  return list;
}

IdentityBook::Tokens::iterator IdentityBook::find_token(std::string_view id) {
  return std::find_if(tokens_.begin(), tokens_.end(),
                      [id](const auto& entry) { return token_id(entry.first) == id; });
}

std::optional<Refused> IdentityBook::revoke_token(std::string_view id, WallTime now) {
  return revoke(find_token(id), now);
}

std::optional<Refused> IdentityBook::revoke_token(const Sha256& secret, WallTime now) {
  return revoke(tokens_.find(secret), now);
}

std::optional<Refused> IdentityBook::revoke(Tokens::iterator token, WallTime now) {
  if (token == tokens_.end()) return no_such_token();
  if (token->second.used) {
    return invalid("this token was used; `picket node revoke " + token->second.node +
                   "` ends what it was used for");
  }
  if (!token->second.revoked) token->second.revoked = now;
  return std::nullopt;
}

void IdentityBook::revoke_unused_tokens(const std::set<std::string_view>& names, WallTime now) {
  for (auto& [secret, token] : tokens_) {
    if (state_of(token, now) != v1::Token::STATE_VALID || !names.contains(token.node)) continue;
    token.revoked = now;
  }
}

// ---- joining

std::variant<std::string, JoinRefused> IdentityBook::check(const Sha256& secret,
                                                           WallTime now) const {
  // Found by the hash of 128 random bits: whoever could time this search would learn digits of a
  // hash, which bring him no nearer to a secret. So nothing here needs to take constant time.
  const auto found = tokens_.find(secret);
  if (found == tokens_.end()) {
    return JoinRefused{
        Reason::REASON_UNKNOWN_TOKEN,
        "this hub doesn't know the token; make one on it: picket token create --name NAME", ""};
  }
  const Token& token = found->second;
  const bool joined = has_joined(token.node);
  const std::string remedy = on_the_hub(token.node, joined);
  const auto refuse = [&token](Reason::Reason reason, std::string text) {
    return JoinRefused{reason, std::move(text), token.node};
  };
  switch (state_of(token, now)) {
    case v1::Token::STATE_USED:
      return refuse(Reason::REASON_TOKEN_USED,
                    "this token was used " + in_words(now - *token.used) + " ago; " + remedy);
    case v1::Token::STATE_REVOKED:
      return refuse(Reason::REASON_UNKNOWN_TOKEN,
                    "this token was revoked " + in_words(now - *token.revoked) + " ago; " + remedy);
    case v1::Token::STATE_EXPIRED:
      return refuse(Reason::REASON_TOKEN_EXPIRED,
                    "this token expired " + in_words(now - token.expires) + " ago; " + remedy);
    default: break;
  }
  if (!joined || token.replace) return token.node;
  return refuse(Reason::REASON_NAME_TAKEN, token.node + " has joined meanwhile; " + remedy);
}

std::variant<IdentityBook::Redeemed, JoinRefused> IdentityBook::redeem(const Sha256& secret,
                                                                       WallTime now) {
  auto checked = check(secret, now);
  if (auto* refused = std::get_if<JoinRefused>(&checked)) return std::move(*refused);
  const auto& name = std::get<std::string>(checked);

  auto dated = date(name, now);
  const auto* redeemed = std::get_if<Redeemed>(&dated);
  if (redeemed == nullptr) return dated;
  tokens_.find(secret)->second.used = now;
  nodes_.insert_or_assign(name, Node{redeemed->issued, redeemed->expires,
                                     redeemed->issued - seconds(1), std::nullopt, false});
  return dated;
}

std::variant<IdentityBook::Redeemed, JoinRefused> IdentityBook::date(const std::string& name,
                                                                     WallTime now) const {
  const WallTime issued = next_issue(name, now);
  if (issued - now <= limits::kCertificateBackdate) {
    return Redeemed{name, issued, issued + limits::kNodeCertificateValidity};
  }
  return JoinRefused{Reason::REASON_BUSY,
                     "the hub's clock is " + in_words(issued - now) +
                         " behind the certificates it has made; set the hub's clock",
                     name};
}

// The second that a new certificate is dated: now, or the first one after all that the name has
// had.
WallTime IdentityBook::next_issue(std::string_view name, WallTime now) const {
  const WallTime second = std::chrono::floor<seconds>(now);
  const auto found = nodes_.find(name);
  if (found == nodes_.end()) return second;
  const WallTime last = std::max(found->second.issued, found->second.refused_through);
  return std::max(second, WallTime(std::chrono::floor<seconds>(last) + seconds(1)));
}

// ---- nodes

bool IdentityBook::has_joined(std::string_view name) const {
  const auto found = nodes_.find(name);
  return found != nodes_.end() && !found->second.forgotten;
}

std::optional<Refused> IdentityBook::revoke_node(std::string_view name, WallTime now) {
  if (!has_joined(name)) {
    return Refused{v1::Error::CODE_NO_SUCH_NODE, "no node of that name has joined"};
  }
  revoke_unused_tokens({name}, now);
  Node& node = nodes_.find(name)->second;
  if (node.revoked) return std::nullopt;
  node.revoked = now;
  node.refused_through = std::max(now, node.issued);  // also if the clock was set back since
  return std::nullopt;
}

std::optional<Refused> IdentityBook::forget_node(std::string_view name, WallTime now) {
  const bool joined = has_joined(name);
  const std::size_t removed =
      std::erase_if(tokens_, [name](const auto& entry) { return entry.second.node == name; });
  if (!joined && removed == 0) {
    return Refused{v1::Error::CODE_NO_SUCH_NODE, "no node of that name has joined or has a token"};
  }
  if (joined) nodes_.find(name)->second.forgotten = true;
  std::erase_if(nodes_, [now](const auto& entry) {
    const Node& node = entry.second;
    return node.forgotten && node.expires + limits::kForgottenRemembered < now;
  });
  return std::nullopt;
}

Standing IdentityBook::admit(const NodeCertificate& certificate) const {
  const auto found = nodes_.find(certificate.name);
  if (found == nodes_.end() || found->second.forgotten) return Standing::kUnknown;
  return certificate.issued <= found->second.refused_through ? Standing::kRevoked
                                                             : Standing::kAdmitted;
}

std::vector<KnownNode> IdentityBook::known() const {
  std::vector<KnownNode> list;
  list.reserve(nodes_.size());
  for (const auto& [name, node] : nodes_) {
    if (!node.forgotten) list.push_back({name, node.issued, node.expires, node.revoked});
  }
  return list;
}

}  // namespace picket::hub
