#include "node/wireguard/netlink_answer.h"

#include <libmnl/libmnl.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace picket::node {

NetlinkAnswer::NetlinkAnswer(uint32_t sequence, OnMessage on_message)
    : sequence_(sequence), on_message_(std::move(on_message)) {}

NetlinkAnswer::State NetlinkAnswer::fail(int error) {
  error_ = error;
  return State::kFailed;
}

// Both ends begin with a number: 0, or an errno less than 0.
NetlinkAnswer::State NetlinkAnswer::ended(const nlmsghdr* message) {
  int32_t status = 0;
  const bool has_status = mnl_nlmsg_get_payload_len(message) >= sizeof status;
  if (has_status) std::memcpy(&status, mnl_nlmsg_get_payload(message), sizeof status);
  if (!has_status && message->nlmsg_type == NLMSG_ERROR) return fail(EBADMSG);
  if (status != 0) return fail(status < 0 && status > -4096 ? -status : EBADMSG);
  return interrupted_ ? State::kInterrupted : State::kDone;
}

NetlinkAnswer::State NetlinkAnswer::take(std::span<const char> datagram) {
  int left = static_cast<int>(datagram.size());
  const auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());
  while (mnl_nlmsg_ok(message, left)) {
    if (message->nlmsg_seq == sequence_) {
      if ((message->nlmsg_flags & NLM_F_DUMP_INTR) != 0) interrupted_ = true;
      if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR)
        return ended(message);
      if (message->nlmsg_type >= NLMSG_MIN_TYPE && !on_message_(message)) return fail(EBADMSG);
    }
    message = mnl_nlmsg_next(message, &left);
  }
  return left > 0 ? fail(EBADMSG) : State::kOpen;  // mnl_nlmsg_next rounds up, maybe past the end
}

}  // namespace picket::node
