// The bytes that a fuzz target was given, taken off piece by piece; past their end there are zeroes
// and empty texts, so that every input means something.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace picket::fuzz {

class Input {
 public:
  Input(const uint8_t* data, std::size_t size)
      : rest_(size == 0 ? std::string_view()
                        : std::string_view(reinterpret_cast<const char*>(data), size)) {}

  bool empty() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  std::string_view take(std::size_t count) {
    const std::string_view taken = rest_.substr(0, std::min(count, rest_.size()));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  uint8_t byte() {
    const std::string_view taken = take(1);
    return taken.empty() ? uint8_t{0} : static_cast<uint8_t>(taken.front());
  }
  /// Of two bytes, the lower one first.
  std::size_t number() {
    const std::size_t low = byte();
    return low + 256U * byte();
  }
  /// As many bytes as the two before it say.
  std::string_view piece() { return take(number()); }
  /// Up to `end`, which is taken off too, or all that is left.
  std::string_view until(char end) {
    const std::string_view taken = take(rest_.find(end));
    (void)take(1);
    return taken;
  }

 private:
  std::string_view rest_;
};

}  // namespace picket::fuzz
