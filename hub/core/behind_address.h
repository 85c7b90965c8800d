// Says of a session's or login's address which WireGuard peer of the same node is behind it.
#pragma once

#include <optional>
#include <string_view>

#include "hub/core/node_record.h"

namespace picket::hub {

/// Nothing: the address is in no tunnel of the node, as it sees them now.
std::optional<v1::BehindAddress> behind_address(const NodeRecord& node, std::string_view address);

/// Fills it in where a line of the auth log names an address.
void fill_behind(const NodeRecord& node, v1::Event& event);

}  // namespace picket::hub
