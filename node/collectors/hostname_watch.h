// Word from the kernel that the host was given another name: /proc/sys/kernel/hostname can be
// polled. Where it can't be, nothing is ever told, and looking now and then must do.
#pragma once

#include <asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>

namespace picket::node {

class HostnameWatch {
 public:
  /// `changed` is called on the loop's thread, also for a name of another namespace.
  HostnameWatch(asio::io_context& loop, const std::filesystem::path& root,
                std::function<void()> changed);
  HostnameWatch(const HostnameWatch&) = delete;
  HostnameWatch& operator=(const HostnameWatch&) = delete;
  ~HostnameWatch();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace picket::node
