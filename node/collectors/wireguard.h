// WireGuard as a resource. This process must not be able to read a private key: another one looks
// (node/wireguard/) and sends finished values here, which get the names of node.toml and go on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/unique_fd.h"
#include "node/collectors/collector.h"
#include "node/collectors/last_value.h"
#include "node/collectors/registry.h"
#include "picket/v1/node_processes.pb.h"

namespace picket::node {

/// What mends that the process can't be reached that sees WireGuard.
inline constexpr const char* kWireguardRemedy =
    "systemctl enable --now picket-node-wireguard.socket, or start picket-node as root";

class WireguardCollector final : public Collector {
 public:
  explicit WireguardCollector(const CollectorContext& context);
  ~WireguardCollector() override;

  std::string_view resource() const override;
  void start(Publish publish) override;
  void refresh(Publish done) override;
  void reconfigure(const CollectorContext& context) override;
  void stop() override;

 private:
  struct Watching;

  void find_watcher();
  void order();
  void listen_to(UniqueFd socket, bool is_own);
  bool take(std::string_view payload);
  bool take_value(v1::ResourceValue part);
  bool take_refreshed(v1::Refreshed part);
  void on_lost(bool is_own);
  void tell_without_watcher(const std::string& why);
  void tell_blind(const std::string& why, const std::string& remedy);
  v1::ResourceValue with_names(v1::ResourceValue value) const;
  void publish_if_changed(v1::ResourceValue value);

  CollectorContext context_;
  Publish publish_;
  std::optional<v1::ResourceValue> latest_;  // as published
  LastValue published_;
  std::unique_ptr<Watching> watching_;  // between start and stop
};

}  // namespace picket::node
