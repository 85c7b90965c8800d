// Two ways to do the same, measured in turns: whatever else the machine does meanwhile slows both.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace picket::bench {

/// Does each `turns` times and prints, after `what`, the median of both and their ratio.
void take_turns(std::string_view what, const std::function<void()>& ours,
                const std::function<void()>& theirs, std::size_t turns);

}  // namespace picket::bench
