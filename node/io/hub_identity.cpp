#include "node/io/hub_identity.h"

#include <utility>

namespace picket::node {
namespace {

Result<std::vector<HostPort>> parse_all(const std::vector<std::string>& texts) {
  std::vector<HostPort> addresses;
  for (const auto& text : texts) {
    auto address = parse_host_port(text);
    if (!address) return Error{address.error()};
    addresses.push_back(*std::move(address));
  }
  return addresses;
}

}  // namespace

Result<HubIdentity> FolderIdentity::use(Result<Membership> loaded) const {
  if (!loaded) return Error{loaded.error()};
  auto membership = std::make_shared<const Membership>(*std::move(loaded));
  auto configured = configured_();
  auto addresses = configured.empty() ? parse_all(membership->addresses) : std::move(configured);
  if (!addresses) return Error{"hub " + hub_id_ + ": " + addresses.error()};
  const Secret key = membership->key.to_pem();
  auto tls = TlsContext::node({.certificate = membership->certificate.to_pem(),
                               .private_key = std::string(key.reveal()),
                               .ca_certificate = membership->ca.to_pem()});
  if (!tls) return Error{"hub " + hub_id_ + ": " + tls.error()};
  return HubIdentity{.node = membership->node,
                     .certificate = membership->certificate.fingerprint(),
                     .tls = *std::move(tls),
                     .addresses = *std::move(addresses),
                     .membership = membership};
}

}  // namespace picket::node
