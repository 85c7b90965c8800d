// What a node says, held against the limits of what it may say: texts and lists that an honest
// agent keeps short, so that whatever is made of them fits a frame. Pure.
#pragma once

#include "picket/v1/node_link.pb.h"

namespace picket::hub {

/// Whether all texts and lists are within their limits.
bool is_within_limits(const v1::NodeHello& hello);
bool is_within_limits(const v1::ResourceValue& value);

}  // namespace picket::hub
