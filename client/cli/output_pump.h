// Lets a loop go on while an output can't be written to: a pager that doesn't read must not keep
// Ctrl-C from being heard. What waits is written when there is room.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include "client/cli/output.h"

namespace picket::cli {

class OutputPump {
 public:
  /// Both outlive it. Until it goes the output doesn't wait.
  OutputPump(asio::io_context& loop, Output& output);
  OutputPump(const OutputPump&) = delete;
  OutputPump& operator=(const OutputPump&) = delete;
  ~OutputPump();

  /// To be called after each turn of the loop: true, there is something that waits.
  bool pump();

 private:
  void on_writable();

  Output& output_;
  // An epoll(7) of its own, which the loop waits for: the loop would make non-blocking what it
  // waits for itself.
  asio::posix::stream_descriptor writable_;
  bool armed_ = false;
};

}  // namespace picket::cli
