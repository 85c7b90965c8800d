// One byte and a sequence of steps, as the targets of links take them: which step, and its bytes.
// Every step but a frame has one byte, so that a mutator knows where the next begins
// (mutate_steps.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/decode.h"
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

/// What such a target does: `make_scene` is handed the first byte, take() of its scene each step,
/// and then it is told the end().
template <typename MakeScene>
int play(const uint8_t* data, std::size_t size, MakeScene make_scene) {
  silence_protobuf();
  Input input(data, size);
  auto scene = make_scene(input.byte());
  while (!input.empty()) scene.take(take_step(input));
  scene.end();
  return 0;
}

}  // namespace picket::fuzz
