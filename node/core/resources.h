// The resources that the node's core itself has something to say of; their collectors have the
// rest.
#pragma once

#include <string_view>

namespace picket::node {

inline constexpr std::string_view kAuthLogResource = "auth_log";

}  // namespace picket::node
