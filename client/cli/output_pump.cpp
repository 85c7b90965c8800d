#include "client/cli/output_pump.h"

#include <sys/epoll.h>

#include <utility>

namespace picket::cli {

OutputPump::OutputPump(asio::io_context& loop, Output& output) : output_(output), writable_(loop) {
  UniqueFd poller(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event none{};
  none.events = EPOLLONESHOT;
  // What can't be waited for, a file, never waits either.
  if (!poller || ::epoll_ctl(poller.get(), EPOLL_CTL_ADD, output.descriptor(), &none) != 0) return;
  asio::error_code error;
  writable_.assign(poller.get(), error);
  if (error) return;
  static_cast<void>(poller.release());
  output_.keep_what_waits();
}

OutputPump::~OutputPump() { output_.wait_again(); }

bool OutputPump::pump() {
  if (output_.kept_bytes() == 0) return false;
  if (std::exchange(armed_, true)) return true;
  writable_.async_wait(asio::posix::descriptor_base::wait_read,
                       [this](const asio::error_code& error) {
                         if (!error) on_writable();
                       });
  epoll_event once{};
  once.events = EPOLLOUT | EPOLLONESHOT;
  ::epoll_ctl(writable_.native_handle(), EPOLL_CTL_MOD, output_.descriptor(), &once);
  return true;
}

void OutputPump::on_writable() {
  armed_ = false;
  epoll_event taken{};
  static_cast<void>(::epoll_wait(writable_.native_handle(), &taken, 1, 0));
  output_.write_more();
}

}  // namespace picket::cli
