// The book as the message that its file holds.
#include <cstdint>
#include <string>

#include "common/limits.h"
#include "common/node_name.h"
#include "hub/core/identity_book.h"

namespace picket::hub {
namespace {

constexpr uint32_t kFormat = 1;

int64_t to_field(const std::optional<WallTime>& time) { return time ? to_unix_ns(*time) : 0; }

std::optional<WallTime> from_field(int64_t unix_ns) {
  if (unix_ns == 0) return std::nullopt;
  return from_unix_ns(unix_ns);
}

}  // namespace

v1::IdentityBook IdentityBook::to_message() const {
  v1::IdentityBook message;
  message.set_format(kFormat);
  for (const auto& [name, node] : nodes_) {
    auto* entry = message.add_nodes();
    entry->set_name(name);
    entry->set_issued_unix_ns(to_unix_ns(node.issued));
    entry->set_expires_unix_ns(to_unix_ns(node.expires));
    entry->set_refused_through_unix_ns(to_unix_ns(node.refused_through));
    entry->set_revoked_unix_ns(to_field(node.revoked));
    entry->set_forgotten(node.forgotten);
  }
  for (const auto& [secret, token] : tokens_) {
    auto* entry = message.add_tokens();
    entry->set_secret_sha256(std::string(as_bytes(secret)));
    entry->set_node(token.node);
    entry->set_created_unix_ns(to_unix_ns(token.created));
    entry->set_expires_unix_ns(to_unix_ns(token.expires));
    entry->set_used_unix_ns(to_field(token.used));
    entry->set_revoked_unix_ns(to_field(token.revoked));
    entry->set_replace(token.replace);
    entry->set_created_by(token.created_by);
  }
  return message;
}

std::optional<IdentityBook> IdentityBook::from_message(const v1::IdentityBook& message) {
  if (message.format() != kFormat) return std::nullopt;
  IdentityBook book;
  for (const auto& entry : message.nodes()) {
    const Node node{from_unix_ns(entry.issued_unix_ns()), from_unix_ns(entry.expires_unix_ns()),
                    from_unix_ns(entry.refused_through_unix_ns()),
                    from_field(entry.revoked_unix_ns()), entry.forgotten()};
    if (!is_node_name(entry.name()) || node.expires <= node.issued) return std::nullopt;
    if (!book.nodes_.emplace(entry.name(), node).second) return std::nullopt;
  }
  for (const auto& entry : message.tokens()) {
    const auto secret = sha256_from_bytes(entry.secret_sha256());
    if (!secret || !is_node_name(entry.node())) return std::nullopt;
    Token token{entry.node(),
                from_unix_ns(entry.created_unix_ns()),
                from_unix_ns(entry.expires_unix_ns()),
                from_field(entry.used_unix_ns()),
                from_field(entry.revoked_unix_ns()),
                entry.replace(),
                entry.created_by()};
    if (!book.tokens_.emplace(*secret, std::move(token)).second) return std::nullopt;
  }
  if (book.tokens_.size() > limits::kTokensKeptMax) return std::nullopt;
  return book;
}

}  // namespace picket::hub
