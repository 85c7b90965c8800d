#include "client/cli/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace picket::cli {
namespace {

constexpr std::size_t kWidthIfUnknown = 80;

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::kNone: return "";
    case Colour::kGreen: return "32";
    case Colour::kRed: return "31";
    case Colour::kYellow: return "33";
    case Colour::kDim: return "2";
    case Colour::kBold: return "1";
  }
  return "";
}

std::size_t width_of(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kWidthIfUnknown;
  return size.ws_col;
}

}  // namespace

Screen screen_of(int descriptor, ColourMode mode, const char* no_color) {
  const bool terminal = isatty(descriptor) == 1;
  const bool unwanted = no_color != nullptr && *no_color != '\0';
  Screen screen;
  if (terminal) screen.width = width_of(descriptor);
  switch (mode) {
    case ColourMode::kAuto: screen.colour = terminal && !unwanted; break;
    case ColourMode::kAlways: screen.colour = true; break;
    case ColourMode::kNever: break;
  }
  return screen;
}

std::string coloured(std::string_view text, Colour colour, const Screen& screen) {
  const std::string_view code = code_of(colour);
  if (!screen.colour || code.empty() || text.empty()) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace picket::cli
