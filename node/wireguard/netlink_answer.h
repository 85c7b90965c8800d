// The answer to a netlink request: messages up to the one that ends it. How to read one, whatever
// the bytes are; the socket is in netlink.h.
#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace picket::node {

class NetlinkAnswer {
 public:
  enum class State {
    kOpen,         // more is to come
    kDone,         // all has come
    kFailed,       // error() is the kernel's errno, or EBADMSG: these are no such messages
    kInterrupted,  // what is told of changed meanwhile: ask again
  };
  /// A message that belongs to the answer, header checked. False: it isn't what it should be.
  using OnMessage = std::function<bool(const nlmsghdr* message)>;

  NetlinkAnswer(uint32_t sequence, OnMessage on_message);

  /// Takes one datagram, which must lie at a multiple of four.
  State take(std::span<const char> datagram);
  int error() const { return error_; }

 private:
  State fail(int error);
  State ended(const nlmsghdr* message);

  uint32_t sequence_;
  OnMessage on_message_;
  bool interrupted_ = false;
  int error_ = 0;
};

}  // namespace picket::node
