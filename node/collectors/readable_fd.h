// Tells each time a descriptor becomes readable, until it is destroyed; also its own callback may
// do that.
#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <memory>

namespace picket::node {

class ReadableFd {
 public:
  /// `fd` stays the caller's and must outlive this. `readable` is called on the loop's thread and
  /// reads what there is; if it doesn't, it is called again.
  ReadableFd(asio::io_context& loop, int fd, std::function<void()> readable);
  ReadableFd(const ReadableFd&) = delete;
  ReadableFd& operator=(const ReadableFd&) = delete;
  ~ReadableFd();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace picket::node
