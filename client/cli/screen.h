// What output is made for: a terminal of some width, in colour or not, or a file or pipe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace picket::cli {

enum class Colour { kNone, kGreen, kRed, kYellow, kDim, kBold };

struct Screen {
  std::size_t width = 0;  // columns; 0: not a terminal, nothing is cut
  bool colour = false;
};

enum class ColourMode { kAuto, kAlways, kNever };

/// The screen behind a file descriptor. `no_color` is the variable NO_COLOR: not null and not empty
/// switches colour off unless the mode is kAlways.
Screen screen_of(int descriptor, ColourMode mode, const char* no_color);

/// The text in a colour, if the screen has any.
std::string coloured(std::string_view text, Colour colour, const Screen& screen);

}  // namespace picket::cli
