// The rule for labels of commands, as every end checks it: 1 to limits::kCommandNameBytesMax of
// letters, digits, '.', '_' and '-', the first a letter or digit.
#pragma once

#include <string_view>

namespace picket {

[[nodiscard]] bool is_command_label(std::string_view text);

}  // namespace picket
