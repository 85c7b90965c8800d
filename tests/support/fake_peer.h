// A far end that remembers what a core did to it, for tests of one link.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "common/limits.h"
#include "common/peer.h"

namespace picket::test {

class FakePeer final : public Peer {
 public:
  void send(std::string frame) override { sent.push_back(std::move(frame)); }
  void wake() override { ++wakes; }
  void set_reading(bool value) override { reading = value; }
  void set_frame_bytes_max(std::size_t bytes) override { frame_bytes_max = bytes; }
  Nanoseconds silence() const override { return silent; }
  void close(Closed value) override {
    if (!closed) closed = std::move(value);
  }

  /// The messages sent since the last call.
  template <typename Message>
  std::vector<Message> take() {
    std::vector<Message> messages;
    for (const auto& frame : sent) {
      Message message;
      message.ParseFromString(frame.substr(limits::kFrameHeaderBytes));
      messages.push_back(std::move(message));
    }
    sent.clear();
    return messages;
  }

  /// All that `handler` has to pull, taken over at most `frames_at_once` at a time.
  template <typename Message>
  std::vector<Message> pull_all(LinkHandler& handler, std::size_t frames_at_once = SIZE_MAX) {
    std::vector<Message> messages;
    for (;;) {
      std::vector<std::string_view> frames;
      handler.pull(limits::kWriteBytesMax, frames);
      if (frames.empty()) return messages;
      const std::size_t taken = std::min(frames.size(), frames_at_once);
      for (std::size_t i = 0; i < taken; ++i) {
        messages.emplace_back().ParseFromString(
            std::string(frames[i].substr(limits::kFrameHeaderBytes)));
      }
      handler.pulled(taken);
    }
  }

  std::vector<std::string> sent;
  int wakes = 0;
  bool reading = true;
  Nanoseconds silent{};
  std::size_t frame_bytes_max = limits::kFrameBytesUnauthenticatedMax;
  std::optional<Closed> closed;
};

}  // namespace picket::test
