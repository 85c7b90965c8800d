// As whom the agent goes to one hub and where that is: a membership of the state folder, ready for
// use.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/address.h"
#include "common/result.h"
#include "common/tls.h"
#include "node/identity/state_folder.h"

namespace picket::node {

struct HubIdentity {
  std::string node;  // the name in the certificate
  Sha256 certificate{};
  TlsContext tls;
  std::vector<HostPort> addresses;
  std::shared_ptr<const Membership> membership = {};  // null: it can't be renewed
};

/// Where the identity for one hub is kept.
class IdentitySource {
 public:
  virtual ~IdentitySource() = default;
  /// The newest.
  virtual Result<HubIdentity> read() = 0;
  /// Without what was renewed and not taken by the hub yet.
  virtual Result<HubIdentity> read_settled() = 0;
  /// Keeps a renewal beside the old identity, on stable storage when it returns.
  virtual Status keep(const PrivateKey& key, const Certificate& certificate) = 0;
  /// The hub has taken the newest: the old one goes.
  virtual Status settle() = 0;
};

/// In the state folder.
class FolderIdentity final : public IdentitySource {
 public:
  /// The addresses of node.toml as it is in force; without any those learnt when joining count.
  using Configured = std::function<std::vector<HostPort>()>;

  /// `folder` outlives this object.
  FolderIdentity(const StateFolder& folder, std::string hub_id, Configured configured)
      : folder_(folder), hub_id_(std::move(hub_id)), configured_(std::move(configured)) {}

  Result<HubIdentity> read() override { return use(folder_.load(hub_id_)); }
  Result<HubIdentity> read_settled() override { return use(folder_.load_settled(hub_id_)); }
  Status keep(const PrivateKey& key, const Certificate& certificate) override {
    return folder_.save_renewed(hub_id_, key, certificate);
  }
  Status settle() override { return folder_.settle(hub_id_); }

 private:
  Result<HubIdentity> use(Result<Membership> membership) const;

  const StateFolder& folder_;
  std::string hub_id_;
  Configured configured_;
};

}  // namespace picket::node
