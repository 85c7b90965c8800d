// What a command wrote, as much as is kept of it: its begin and its end. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "integrations/telegram/bot/core/bot_limits.h"

namespace picket::telegram::bot {

class KeptOutput {
 public:
  explicit KeptOutput(std::size_t bytes_max = kOutputBytesMax) : half_(bytes_max / 2) {}

  void add(std::string_view bytes);
  bool empty() const { return begin_.empty(); }
  /// All; where something is left out in the middle, a line says how much.
  std::string text() const;
  /// The last so many bytes, from a line's begin if there is one among them.
  std::string tail(std::size_t bytes_max) const;

 private:
  std::string_view end() const;

  std::size_t half_;
  std::string begin_;
  std::string end_;  // up to twice what is kept of it, so that little is moved
  std::uint64_t left_out_ = 0;
};

}  // namespace picket::telegram::bot
