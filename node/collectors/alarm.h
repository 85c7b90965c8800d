// A timer that calls once, on the loop's thread, and never after it was set anew, cancelled or
// destroyed: also not when its call was already queued.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "common/clock.h"

namespace picket::node {

class Alarm {
 public:
  explicit Alarm(asio::io_context& loop) : timer_(loop) {}

  void set(Nanoseconds delay, std::function<void()> action) {
    set_ = std::make_shared<std::function<void()>>(std::move(action));
    timer_.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(delay));
    timer_.async_wait([weak = std::weak_ptr(set_)](const asio::error_code& /*error*/) {
      if (const auto call = weak.lock()) (*call)();
    });
  }
  void cancel() {
    set_.reset();
    timer_.cancel();
  }

 private:
  asio::steady_timer timer_;
  std::shared_ptr<std::function<void()>> set_;  // until it is set anew or this ends
};

}  // namespace picket::node
