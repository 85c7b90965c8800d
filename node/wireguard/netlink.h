// A netlink socket: one request, and all of its answer. What came is wiped once it was read, since
// WireGuard's answers hold private keys.
#pragma once

#include <cstdint>

#include "common/secret.h"
#include "common/unique_fd.h"
#include "node/wireguard/netlink_answer.h"

namespace picket::node {

class NetlinkSocket {
 public:
  /// `protocol` of netlink(7): NETLINK_ROUTE, NETLINK_GENERIC.
  explicit NetlinkSocket(int protocol);

  /// Sends what `request` makes of an empty message, and hands each message of the answer to
  /// `on_message`. 0, or an errno: of the kernel's answer, EBADMSG for what is none, ETIMEDOUT.
  int ask(const std::function<void(nlmsghdr* request)>& request,
          const NetlinkAnswer::OnMessage& on_message);

 private:
  int attempt(const std::function<void(nlmsghdr* request)>& request, NetlinkAnswer& answer);
  int receive(NetlinkAnswer& answer);

  UniqueFd socket_;
  int error_ = 0;
  uint32_t sequence_ = 0;
  Secret buffer_;
};

}  // namespace picket::node
