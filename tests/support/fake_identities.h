// Identities in memory, for tests of the hub's core.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/limits.h"
#include "hub/core/identities.h"

namespace picket::test {

class FakeIdentities final : public hub::Identities {
 public:
  hub::Standing admit(const hub::NodeCertificate& certificate) const override {
    const auto found = nodes.find(certificate.name);
    if (found == nodes.end()) return hub::Standing::kUnknown;
    const bool revoked = found->second.revoked && certificate.issued <= *found->second.revoked;
    return revoked ? hub::Standing::kRevoked : hub::Standing::kAdmitted;
  }
  std::vector<hub::KnownNode> known() const override {
    std::vector<hub::KnownNode> all;
    for (const auto& [name, node] : nodes) all.push_back(node);
    return all;
  }
  void used(const hub::NodeCertificate& certificate) override { last_used = certificate.issued; }
  std::optional<hub::JoinRefused> check_renewal(const hub::NodeCertificate& by,
                                                std::string_view request_der) const override {
    if (request_der.empty() || request_der.size() > limits::kCertificateRequestBytesMax) {
      return hub::JoinRefused{v1::JoinRefusal::REASON_BAD_REQUEST, "no request", by.name};
    }
    if (admit(by) == hub::Standing::kAdmitted) return std::nullopt;
    return hub::JoinRefused{v1::JoinRefusal::REASON_REVOKED, "revoked", by.name};
  }
  std::variant<v1::Joined, hub::JoinRefused> renew(const hub::NodeCertificate& by,
                                                   std::string_view request_der) override {
    if (disk_full) return hub::JoinRefused{v1::JoinRefusal::REASON_BUSY, "can't save", by.name};
    v1::Joined joined;
    joined.set_node(by.name);
    joined.set_certificate("certificate for " + std::string(request_der));
    return joined;
  }
  std::optional<hub::Refused> create_tokens(const hub::TokenOrder& order,
                                            std::vector<v1::Token>& created) override {
    for (const auto& node : order.nodes) {
      auto& token = token_list.emplace_back();
      token.set_id(std::to_string(token_list.size()));
      token.set_node(node);
      token.set_created_by(order.created_by);
      created.push_back(token);
    }
    return std::nullopt;
  }
  std::vector<v1::Token> tokens() const override { return token_list; }
  std::optional<hub::Refused> revoke_token(std::string_view id) override {
    for (const auto& token : token_list) {
      if (token.id() == id) return std::nullopt;
    }
    return hub::Refused{v1::Error::CODE_NO_SUCH_TOKEN, "no such token"};
  }
  std::optional<hub::Refused> revoke_node(std::string_view name) override {
    const auto found = nodes.find(std::string(name));
    if (found == nodes.end()) return hub::Refused{v1::Error::CODE_NO_SUCH_NODE, "no such node"};
    found->second.revoked = revocation_time;
    return std::nullopt;
  }
  std::optional<hub::Refused> forget_node(std::string_view name) override {
    if (nodes.erase(std::string(name)) == 0) {
      return hub::Refused{v1::Error::CODE_NO_SUCH_NODE, "no such node"};
    }
    return std::nullopt;
  }

  void add(const std::string& name) {
    nodes[name] = {.name = name, .issued = {}, .expires = {}, .revoked = {}};
  }

  std::map<std::string, hub::KnownNode> nodes;
  std::vector<v1::Token> token_list;
  WallTime revocation_time;
  WallTime last_used;
  bool disk_full = false;
};

}  // namespace picket::test
