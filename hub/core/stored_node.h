// A node's record as it is stored: so that a hub that starts again shows what was last seen. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "hub/core/state.h"

namespace picket::hub {

std::string encode_node(const NodeRecord& record);
/// As it was stored; what is only true of a live link is reset.
Result<NodeRecord> decode_node(std::string_view bytes);

}  // namespace picket::hub
