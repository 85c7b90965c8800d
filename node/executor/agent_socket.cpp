#include "node/executor/agent_socket.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "common/limits.h"
#include "picket/v1/node_processes.pb.h"

namespace picket::node {

AgentSocket::AgentSocket(UniqueFd socket)
    : socket_(std::move(socket)), frames_(limits::kExecutorRequestBytesMax) {}

void AgentSocket::send(const v1::ExecutorToAgent& message) { outbox_ += encode_frame(message); }

bool AgentSocket::has_room() const { return outbox_.size() < limits::kExecutorOutboxBytesMax; }

// Answers to what it asks take room too.
void AgentSocket::want(PollSet& polls) const {
  const short reading = has_room() ? POLLIN : short{0};
  polls.want(socket_.get(), static_cast<short>(reading | (outbox_.empty() ? 0 : POLLOUT)));
}

bool AgentSocket::read(const PollSet& polls,
                       const std::function<bool(std::string_view payload)>& take) {
  if ((polls.ready(socket_.get()) & (POLLIN | POLLHUP | POLLERR)) == 0 || !has_room()) return true;
  char bytes[16 * 1024];
  const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  bool fits = true;
  const bool framed = frames_.feed({bytes, static_cast<std::size_t>(got)},
                                   [&](std::string_view payload) { return fits = take(payload); });
  return framed && fits;
}

bool AgentSocket::flush() {
  std::size_t sent = 0;
  while (sent < outbox_.size()) {
    const ssize_t count = ::send(socket_.get(), outbox_.data() + sent, outbox_.size() - sent,
                                 MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  outbox_.erase(0, sent);
  return true;
}

}  // namespace picket::node
