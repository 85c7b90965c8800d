#include "node/wireguard/watch.h"

#include <utility>

#include "common/utf8.h"
#include "node/wireguard/rows.h"

namespace picket::node {

WireguardWatch::WireguardWatch(const Clock& clock, Look look, Names names)
    : clock_(clock), look_(std::move(look)), names_(std::move(names)) {}

v1::ResourceValue WireguardWatch::look() {
  const WireguardSight sight = look_();
  v1::ResourceValue value;
  value.set_resource(std::string(kWireguardResource));
  value.set_at_unix_ns(to_unix_ns(clock_.wall()));
  if (!sight.failure.empty()) {
    value.mutable_health()->mutable_failed()->set_reason(to_valid_utf8(sight.failure));
    value.mutable_health()->mutable_failed()->set_remedy(sight.remedy);
    return value;
  }
  auto* ok = value.mutable_health()->mutable_ok();
  for (const std::string& source : sight.sources) ok->add_sources(source);
  ok->set_last_success_unix_ns(value.at_unix_ns());
  *value.mutable_wireguard() =
      wireguard_rows(sight.interfaces, names_(), handshakes_, clock_.wall(), clock_.steady());
  return value;
}

std::optional<v1::ResourceValue> WireguardWatch::poll() {
  latest_ = look();
  v1::ResourceValue steady = latest_;
  if (steady.has_wireguard()) clear_refreshed(*steady.mutable_wireguard());
  v1::ResourceValue value = steady;
  steady.clear_at_unix_ns();
  if (steady.health().has_ok()) steady.mutable_health()->mutable_ok()->clear_last_success_unix_ns();
  std::string bytes = steady.SerializeAsString();
  if (bytes == told_) return std::nullopt;
  told_ = std::move(bytes);
  return value;
}

}  // namespace picket::node
