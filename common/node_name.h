// The rule for names of nodes: 1 to 63 of letters, digits, '.', '_' and '-', the first a letter or
// digit.
#pragma once

#include <string_view>

#include "common/result.h"

namespace picket {

[[nodiscard]] bool is_node_name(std::string_view name);

/// The same with a sentence that says what is wrong. The sentence quotes only names that are safe
/// to print.
Status check_node_name(std::string_view name);

}  // namespace picket
