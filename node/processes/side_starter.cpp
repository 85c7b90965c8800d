#include "node/processes/side_starter.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

namespace picket::node {
namespace {

// A byte with a descriptor; room for one, so that the kernel drops what else is sent.
struct Parcel {
  Parcel() {
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = CMSG_LEN(sizeof(int));
  }
  Parcel(const Parcel&) = delete;
  Parcel& operator=(const Parcel&) = delete;

  char byte = 0;
  iovec content{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
};

bool send_descriptor(int socket, int descriptor) {
  Parcel parcel;
  cmsghdr* header = CMSG_FIRSTHDR(&parcel.message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return ::sendmsg(socket, &parcel.message, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
}

struct Received {
  bool at_end = false;
  UniqueFd descriptor;  // none: there was none
};

Received receive_descriptor(int socket) {
  Parcel parcel;
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &parcel.message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return {.at_end = true, .descriptor = {}};
  const cmsghdr* header = CMSG_FIRSTHDR(&parcel.message);
  if (header == nullptr || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
      header->cmsg_len != CMSG_LEN(sizeof(int)))
    return {};
  int descriptor = -1;
  std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return {.at_end = false, .descriptor = UniqueFd(descriptor)};
}

// A listening one would let in others than the agent.
bool is_connected(int socket) {
  int listens = 1;
  socklen_t size = sizeof listens;
  return ::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens == 0;
}

int serve(const UniqueFd& agent, const char* name, const SideBody& body) {
  while (true) {
    Received received = receive_descriptor(agent.get());
    if (received.at_end) return 0;
    if (!received.descriptor || !is_connected(received.descriptor.get())) continue;
    const auto started = fork_side(name, received.descriptor.get(), body);
    received.descriptor.reset();  // so that the agent sees it closed when the process has ended
    while (started && ::waitpid(*started, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
}

Error failure(const char* what) {
  return Error{std::string(what) + ": " + std::generic_category().message(errno)};
}

}  // namespace

Result<SideStarter> SideStarter::start(const char* name, const char* started,
                                       const SideBody& body) {
  auto process =
      SideProcess::start(name, [&](const UniqueFd& agent) { return serve(agent, started, body); });
  if (!process) return Error{process.error()};
  UniqueFd socket = process->take_socket();
  return SideStarter(*std::move(process), std::move(socket));
}

Result<UniqueFd> SideStarter::connect() const {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return failure("can't make a pair of sockets");
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  if (!send_descriptor(socket_.get(), theirs.get()))
    return failure("the process that starts it has ended");
  return ours;
}

}  // namespace picket::node
