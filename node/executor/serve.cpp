#include "node/executor/serve.h"

#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "common/decode.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/message_shapes.h"
#include "node/executor/agent_socket.h"
#include "node/processes/activation.h"

namespace picket::node {
namespace {

bool listens(int socket) {
  int listens = 0;
  socklen_t size = sizeof listens;
  return ::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

UniqueFd stop_signals() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  ::sigprocmask(SIG_BLOCK, &stop, nullptr);
  return UniqueFd(::signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK));
}

class Server {
 public:
  Server(UniqueFd socket, Executor& executor, const Clock& clock)
      : executor_(executor), clock_(clock), signals_(stop_signals()) {
    if (listens(socket.get())) {
      path_ = path_of_socket(socket.get());
      ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
      listener_ = std::move(socket);
    } else {
      meet(std::move(socket));
    }
  }

  int run() {
    while (!is_finished()) {
      want();
      if (!polls_.wait(timeout())) return fail("can't wait");
      if (polls_.ready(signals_.get()) != 0) stop();
      if (agent_ && !agent_->read(polls_, [this](auto payload) { return take(payload); })) part();
      if (polls_.ready(listener_.get()) != 0 && !agent_ && !accept()) return fail("can't accept");
      executor_.turn(polls_);
      if (agent_ && !agent_->flush()) part();
    }
    return 0;
  }

 private:
  void want() {
    polls_.clear();
    if (!stop_at_) polls_.want(signals_.get());
    executor_.want(polls_);
    if (agent_) {
      agent_->want(polls_);
    } else if (listener_) {
      polls_.want(listener_.get());
    }
  }

  std::optional<Milliseconds> timeout() const {
    auto timeout = executor_.timeout();
    if (!stop_at_) return timeout;
    const auto left = std::chrono::ceil<Milliseconds>(*stop_at_ - clock_.steady());
    return std::max(std::min(timeout.value_or(left), left), Milliseconds(0));
  }

  bool is_finished() const {
    if (!stop_at_) return !agent_ && !listener_;
    if (clock_.steady() >= *stop_at_) return true;
    return executor_.running() == 0 && (!agent_ || agent_->is_flushed());
  }

  void stop() {
    if (!stop_at_) stop_at_ = clock_.steady() + limits::kExecutorStopTimeout;
    executor_.stop();
  }

  void meet(UniqueFd socket) {
    agent_.emplace(std::move(socket));
    executor_.join(*agent_);
  }

  // The only agent was all there was to serve. Else, with nothing to run or to tell, it ends: the
  // socket starts it anew, of the version that is installed by then, and an upgrade need not end
  // it, with what runs, the upgrade itself perhaps.
  void part() {
    executor_.leave();
    agent_.reset();
    if (!listener_) {
      stop();
    } else if (executor_.is_idle()) {
      listener_.reset();
    }
  }

  bool accept() {
    UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) return errno == EINTR || errno == ECONNABORTED || errno == EAGAIN;
    const auto peer = unix_peer_of(socket.get());
    if (peer && may_connect(*peer, path_)) {
      meet(std::move(socket));
    } else {
      log::warn("refused who is neither root nor of the socket's group",
                {{"uid", peer ? peer->uid : static_cast<uid_t>(-1)}});
    }
    return true;
  }

  bool take(std::string_view payload) {
    v1::AgentToExecutor message;
    return decode(payload, shapes::kAgentToExecutor, message) && executor_.take(message);
  }

  static int fail(const char* what) {
    log::error("the executor can't go on", {{"what", what}, {"why", std::strerror(errno)}});
    return 1;
  }

  Executor& executor_;
  const Clock& clock_;
  UniqueFd signals_;
  UniqueFd listener_;
  std::string path_;
  std::optional<AgentSocket> agent_;
  PollSet polls_;
  std::optional<SteadyTime> stop_at_;
};

}  // namespace

int serve_executor(UniqueFd socket, Executor& executor, const Clock& clock) {
  // No zombie of a supervisor stays, whatever becomes of it.
  std::signal(SIGCHLD, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  return Server(std::move(socket), executor, clock).run();
}

}  // namespace picket::node
