// A link's handler that writes down what it is told.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/peer.h"

namespace picket::test {

class Recorder : public LinkHandler {
 public:
  std::vector<std::string> frames;
  std::optional<Closed> closed;
  int times_closed = 0;
  std::deque<std::string> to_pull;
  std::size_t largest_pull = 0;
  std::function<void(std::string_view)> then;  // called for each frame

  void on_frame(std::string_view payload) override {
    frames.emplace_back(payload);
    if (then) then(payload);
  }
  void pull(std::size_t bytes_max, std::vector<std::string_view>& out) override {
    std::size_t bytes = 0;
    for (const auto& frame : to_pull) {
      if (bytes > 0 && bytes + frame.size() > bytes_max) break;
      bytes += frame.size();
      out.emplace_back(frame);
    }
    largest_pull = std::max(largest_pull, bytes);
  }
  void pulled(std::size_t count) override {
    to_pull.erase(to_pull.begin(), to_pull.begin() + static_cast<std::ptrdiff_t>(count));
  }
  void on_closed(const Closed& end) override {
    closed = end;
    ++times_closed;
  }
};

/// A frame as it travels.
inline std::string frame_of(std::string_view payload) {
  std::string frame;
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame.push_back(static_cast<char>((payload.size() >> shift) & 0xffU));
  }
  return frame.append(payload);
}

}  // namespace picket::test
