// As whom the agent goes to one hub and where that is: a membership of the state folder, ready for
// use.
#pragma once

#include <string>
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
};

/// `configured`: the addresses of node.toml; without any those learnt when joining.
Result<HubIdentity> read_identity(const StateFolder& folder, const std::string& hub_id,
                                  const std::vector<HostPort>& configured);

}  // namespace picket::node
