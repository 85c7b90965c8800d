// A sequence of steps, as the targets of links take it: which step, and its bytes. Every step but a
// frame has one byte, so that a mutator knows where the next begins (mutate_steps.cpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tests/fuzz/input.h"

namespace picket::fuzz {

struct Step {
  std::optional<std::string_view> frame;  // the payload of one
  uint8_t what = 0;                       // else: what to do,
  uint8_t how = 0;                        // and how
};

/// The steps that begin with a lower byte are frames.
inline constexpr uint8_t kFirstOther = 0x80;

inline Step take_step(Input& input) {
  const uint8_t what = input.byte();
  if (what < kFirstOther) return {.frame = input.piece()};
  const uint8_t how = input.byte();
  return {.frame = {}, .what = static_cast<uint8_t>(what - kFirstOther), .how = how};
}

}  // namespace picket::fuzz
