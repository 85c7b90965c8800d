#include "node/wireguard/serve.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "common/decode.h"
#include "common/limits.h"
#include "common/message_shapes.h"
#include "common/value_parts.h"
#include "node/processes/side_socket.h"
#include "picket/v1/node_processes.pb.h"

namespace picket::node {
namespace {

constexpr std::size_t kRequestBytesMax = 64;
constexpr std::size_t kRefreshesMax = 64;  // asked for at once
// Whoever asks more often gets the same answer again.
constexpr Milliseconds kFreshFor(100);

class Server {
 public:
  Server(int socket, WireguardWatch& watch, const Clock& clock)
      : socket_(socket, kRequestBytesMax), watch_(watch), clock_(clock) {}

  void run() {
    while (wait() && read() && look_if_due() && answer()) {
    }
  }

 private:
  bool wait() const;
  bool read();
  bool take(std::string_view payload);
  bool look();
  bool look_if_due();
  bool answer();

  SideSocket socket_;
  WireguardWatch& watch_;
  const Clock& clock_;
  std::optional<Milliseconds> poll_;  // nothing: the agent has not said to look
  SteadyTime looked_;
  std::vector<uint64_t> refreshes_;
};

bool Server::wait() const {
  if (!poll_) return socket_.wait(std::nullopt);
  return socket_.wait(std::chrono::ceil<Milliseconds>(looked_ + *poll_ - clock_.steady()));
}

bool Server::read() {
  return socket_.read([this](std::string_view payload) { return take(payload); });
}

bool Server::take(std::string_view payload) {
  v1::AgentToWireguardWatcher message;
  if (!decode(payload, shapes::kAgentToWireguardWatcher, message)) return false;
  using Case = v1::AgentToWireguardWatcher::MessageCase;
  switch (message.message_case()) {
    case Case::kWatch: {
      const auto wanted = std::min<uint64_t>(message.watch().poll_ms(), INT32_MAX);
      poll_ = std::clamp<Milliseconds>(Milliseconds(wanted), limits::kWireguardPollMin,
                                       limits::kWireguardPollMax);
      watch_.tell_anew();
      return look();
    }
    case Case::kRefresh:
      if (refreshes_.size() == kRefreshesMax) return false;
      refreshes_.push_back(message.refresh().id());
      return true;
    case Case::MESSAGE_NOT_SET: return true;
  }
  return true;
}

bool Server::look() {
  const auto changed = watch_.poll();
  looked_ = clock_.steady();
  if (!changed) return true;
  for (v1::ResourceValue& part : split_value(*changed)) {
    v1::WireguardWatcherToAgent message;
    *message.mutable_value() = std::move(part);
    if (!socket_.send(message)) return false;
  }
  return true;
}

bool Server::look_if_due() { return !poll_ || clock_.steady() < looked_ + *poll_ || look(); }

bool Server::answer() {
  if (refreshes_.empty()) return true;
  if (!poll_) return false;
  if (clock_.steady() >= looked_ + kFreshFor && !look()) return false;
  for (const uint64_t id : std::exchange(refreshes_, {})) {
    for (v1::ResourceValue& part : split_value(watch_.latest())) {
      v1::WireguardWatcherToAgent message;
      message.mutable_refreshed()->set_id(id);
      *message.mutable_refreshed()->mutable_value() = std::move(part);
      if (!socket_.send(message)) return false;
    }
  }
  return true;
}

}  // namespace

void serve_wireguard(const UniqueFd& socket, WireguardWatch& watch, const Clock& clock) {
  watch.tell_anew();
  Server(socket.get(), watch, clock).run();
}

}  // namespace picket::node
