// The real programs, of this build: a picket-hub, and nodes that have joined it already, since
// their certificates are made with the hub's CA before it starts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/tls.h"
#include "node/identity/state_folder.h"
#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace picket::bench {

class HubProcess {
 public:
  /// Starts PICKET_PROGRAMS/picket-hub, which knows nodes "n0" to "n<nodes - 1>", and returns when
  /// it listens on loopback and on socket(). `config` is added to its hub.toml.
  /// `prepare` is handed the state folder and the hub's id before the hub starts.
  using Prepare = std::function<void(const std::string& state, const std::string& hub_id)>;
  explicit HubProcess(std::size_t nodes, const std::string& config = "",
                      const Prepare& prepare = nullptr);

  pid_t pid() const { return program_->pid(); }
  uint16_t port() const { return port_; }
  std::string socket() const { return folder_ / "hub.sock"; }

  /// What node `index` has since it joined.
  node::Membership membership(std::size_t index) const;
  TlsCredentials credentials(std::size_t index) const;
  /// The hub's own, for measures without the hub.
  const TlsCredentials& hub_credentials() const { return hub_credentials_; }

 private:
  void make_identities(std::size_t nodes);
  void start(const std::string& config);
  bool started();

  test::TemporaryFolder folder_;
  std::string hub_id_;
  std::string node_key_;  // PEM; all have the same one
  std::string ca_;
  std::vector<std::string> certificates_;
  TlsCredentials hub_credentials_;
  std::optional<test::Child> program_;
  uint16_t port_ = 0;
};

/// A real picket-node on this machine: the hub's "n<index>".
class NodeProcess {
 public:
  explicit NodeProcess(const HubProcess& hub, std::size_t index = 0);
  pid_t pid() const { return program_->pid(); }
  /// Returns when clients are told that its sessions come from `source`, among others.
  void wait_for_source(const std::string& source) const;

 private:
  const HubProcess& hub_;
  std::string name_;
  test::TemporaryFolder folder_;
  std::optional<test::Child> program_;
};

}  // namespace picket::bench
