#include "node/collectors/readable_fd.h"

#include <asio/posix/stream_descriptor.hpp>
#include <utility>

namespace picket::node {

// Kept by the wait in progress, so that its end finds it even if the owner has gone.
struct ReadableFd::State : std::enable_shared_from_this<State> {
  State(asio::io_context& loop, int fd, std::function<void()> callback)
      : descriptor(loop, fd), readable(std::move(callback)) {}

  void wait() {
    descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                          [self = shared_from_this()](const asio::error_code& error) {
                            if (error || self->ended) return;
                            self->readable();
                            if (!self->ended) self->wait();
                          });
  }

  asio::posix::stream_descriptor descriptor;
  std::function<void()> readable;
  bool ended = false;
};

ReadableFd::ReadableFd(asio::io_context& loop, int fd, std::function<void()> readable)
    : state_(std::make_shared<State>(loop, fd, std::move(readable))) {
  state_->wait();
}

ReadableFd::~ReadableFd() {
  state_->ended = true;
  state_->descriptor.release();  // cancels the wait; not ours to close
}

}  // namespace picket::node
