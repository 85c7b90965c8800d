// Many names written as one: "web{1..50}", "db{01..12}", "{web,db}{1..3}", as shells expand them.
// Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace picket::client {

/// All names in the order written, the last brace changing fastest. A range whose first number has
/// leading zeroes pads all its numbers to that width. More than `names_max` names, or braces that
/// can't be read, are errors.
Result<std::vector<std::string>> expand_name_ranges(std::string_view text, std::size_t names_max);

}  // namespace picket::client
