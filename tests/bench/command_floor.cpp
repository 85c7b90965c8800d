#include "tests/bench/command_floor.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>
#include <utility>

namespace picket::bench {
namespace {

constexpr ssize_t kMessageBytes = 60;
using Message = std::array<char, kMessageBytes>;
using Pair = std::pair<UniqueFd, UniqueFd>;

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("the floor of commands: ") + what);
}

Pair unix_pair() {
  int ends[2] = {-1, -1};
  must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "no socket pair");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

UniqueFd without_delay(int socket) {
  const int on = 1;
  must(::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "no TCP_NODELAY");
  return UniqueFd(socket);
}

Pair tcp_pair() {
  const UniqueFd listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  must(::bind(listening.get(), any, bytes) == 0 && ::listen(listening.get(), 1) == 0 &&
           ::getsockname(listening.get(), any, &bytes) == 0,
       "can't listen");
  UniqueFd hub = without_delay(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  must(::connect(hub.get(), any, bytes) == 0, "can't connect");
  return {std::move(hub),
          without_delay(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC))};
}

void send(const UniqueFd& socket) {
  const Message message{};
  must(::write(socket.get(), message.data(), message.size()) == kMessageBytes, "nobody hears");
}

void receive(const UniqueFd& socket) {
  Message message{};
  must(::recv(socket.get(), message.data(), message.size(), MSG_WAITALL) == kMessageBytes,
       "nobody answers");
}

void run_with_pipe() {
  int ends[2] = {-1, -1};
  must(::pipe2(ends, O_CLOEXEC) == 0, "no pipe");
  const UniqueFd output(ends[0]);
  UniqueFd input(ends[1]);
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO})
    ::posix_spawn_file_actions_adddup2(&actions, input.get(), descriptor);
  std::string name = "true";
  char* const arguments[] = {name.data(), nullptr};
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, "/bin/true", &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  must(failed == 0, "can't start /bin/true");
  input.reset();
  Message bytes{};
  while (::read(output.get(), bytes.data(), bytes.size()) > 0) {
  }
  int status = 0;
  must(::waitpid(pid, &status, 0) == pid && status == 0, "/bin/true failed");
}

}  // namespace

CommandFloor::CommandFloor() {
  auto [client, clients_hub] = unix_pair();
  auto [hub, node] = tcp_pair();
  client_ = std::move(client);
  hub_.emplace([from = &clients_hub, to = &hub] {
    while (true) {
      receive(*from);
      send(*to);
      receive(*to);
      send(*from);
    }
  });
  node_.emplace([from = &node] {
    while (true) {
      receive(*from);
      run_with_pipe();
      send(*from);
    }
  });
}

void CommandFloor::run() const {
  send(client_);
  receive(client_);
}

}  // namespace picket::bench
