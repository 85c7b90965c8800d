// Bytes that must not leak: no output operator, no copies, wiped when they end. Not encryption:
// whoever reads the process's memory meanwhile sees them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace picket {

/// Overwrites memory in a way that the compiler may not drop.
void wipe(void* bytes, std::size_t count);
void wipe(std::string& text);

class Secret {
 public:
  Secret() = default;
  /// `size` zero bytes, to be filled through data().
  explicit Secret(std::size_t size) : bytes_(size) {}
  /// Copies; the caller still owns, and wipes, the original.
  explicit Secret(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()) {}
  ~Secret();
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) {}
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  /// The bytes, for whoever has to use them; a copy made of them is the caller's to wipe.
  std::string_view reveal() const { return {bytes_.data(), bytes_.size()}; }
  std::span<char> data() { return bytes_; }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

 private:
  std::vector<char> bytes_;  // not a string: a short one would be copied, not moved
};

template <typename Stream>
Stream& operator<<(Stream&, const Secret&) = delete;

}  // namespace picket
