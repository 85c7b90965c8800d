#include "node/collectors/hostname_watch.h"

#include <fcntl.h>

#include <asio/posix/stream_descriptor.hpp>
#include <utility>

#include "common/unique_fd.h"
#include "node/collectors/small_file.h"

namespace picket::node {

// Kept by the wait in progress, so that its end finds it even if the owner has gone.
struct HostnameWatch::State : std::enable_shared_from_this<State> {
  State(asio::io_context& loop, std::function<void()> callback)
      : descriptor(loop), changed(std::move(callback)) {}

  // The kernel tells it as an exceptional condition: readable the file is always.
  void wait() {
    descriptor.async_wait(asio::posix::descriptor_base::wait_error,
                          [self = shared_from_this()](const asio::error_code& error) {
                            if (error || !self->changed) return;
                            self->changed();
                            if (self->changed) self->wait();
                          });
  }

  asio::posix::stream_descriptor descriptor;
  std::function<void()> changed;  // none: the owner has gone
};

HostnameWatch::HostnameWatch(asio::io_context& loop, const std::filesystem::path& root,
                             std::function<void()> changed)
    : state_(std::make_shared<State>(loop, std::move(changed))) {
  const auto path = below(root, "/proc/sys/kernel/hostname");
  UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return;
  asio::error_code error;
  state_->descriptor.assign(file.get(), error);
  if (error) return;
  static_cast<void>(file.release());
  state_->wait();
}

HostnameWatch::~HostnameWatch() {
  state_->changed = nullptr;
  asio::error_code error;
  state_->descriptor.close(error);
}

}  // namespace picket::node
