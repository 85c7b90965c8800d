// Output of a command, over as many messages as it takes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integrations/telegram/html_text.h"

namespace picket::telegram {

/// HTML of each message, whole in itself: divided at ends of lines where that is possible, else
/// between characters. `first_units_max` is what the first one has room for, beside what is put
/// before it. Blank lines at a message's ends are left out, as Telegram would, and blanks at a
/// line's end. Empty if there is nothing to be seen; nothing if it takes more than `parts_max`:
/// then it is better sent as a file.
std::optional<std::vector<std::string>> output_parts(std::string_view output, std::size_t parts_max,
                                                     std::size_t first_units_max = kTextUnitsMax);

}  // namespace picket::telegram
