// The watcher's loop, with an agent that the test plays, on a thread of its own: it has no other
// way to be woken than its socket and the time.
#include "node/wireguard/serve.h"

#include <sys/socket.h>

#include <atomic>
#include <optional>
#include <thread>

#include "common/frame.h"
#include "common/limits.h"
#include "common/system_clock.h"
#include "common/value_parts.h"
#include "picket/v1/node_processes.pb.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

// A watcher of a host whose peers the test counts.
class Served {
 public:
  Served() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    agent_.reset(ends[0]);
    const timeval patience{20, 0};
    ::setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    thread_ = std::thread([this, socket = ends[1]] {
      const SystemClock clock;
      const PeerNames none;
      WireguardWatch watch(
          clock, [this] { return sight(); }, [&]() -> const PeerNames& { return none; });
      serve_wireguard(UniqueFd(socket), watch, clock);
      ended = true;
    });
  }
  Served(const Served&) = delete;
  ~Served() {
    agent_.reset();
    thread_.join();
  }

  void send(const v1::AgentToWireguardWatcher& message) { send(encode_frame(message)); }
  void send(const std::string& bytes) {
    REQUIRE(::send(agent_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  void watch(uint64_t poll_ms) {
    v1::AgentToWireguardWatcher message;
    message.mutable_watch()->set_poll_ms(poll_ms);
    send(message);
  }
  void refresh(uint64_t id) {
    v1::AgentToWireguardWatcher message;
    message.mutable_refresh()->set_id(id);
    send(message);
  }
  /// The next message with a whole value; nothing: the watcher has closed the socket.
  std::optional<v1::WireguardWatcherToAgent> next() {
    ValueAssembler parts;
    while (true) {
      while (!messages_.empty()) {
        auto message = messages_.front();
        messages_.erase(messages_.begin());
        auto& part = message.has_value() ? *message.mutable_value()
                                         : *message.mutable_refreshed()->mutable_value();
        if (parts.add(part) != ValueAssembler::Outcome::kComplete) continue;
        part = parts.take();
        return message;
      }
      char bytes[64 * 1024];
      const ssize_t got = ::recv(agent_.get(), bytes, sizeof bytes, 0);
      if (got == 0) return std::nullopt;
      REQUIRE(got > 0);
      REQUIRE(frames_.feed({bytes, static_cast<std::size_t>(got)}, [&](std::string_view payload) {
        return messages_.emplace_back().ParseFromString(std::string(payload));
      }));
    }
  }

  std::atomic<int> peers = 1;
  std::atomic<int> looks = 0;
  std::atomic<bool> ended = false;

 private:
  WireguardSight sight() {
    ++looks;
    WireguardSight sight;
    sight.interfaces.emplace_back().name = "wg0";
    for (int i = 0; i < peers; ++i) {
      auto& peer = sight.interfaces[0].peers.emplace_back();
      peer.public_key = "key" + std::to_string(i);
      peer.received_bytes = static_cast<uint64_t>(looks);
    }
    return sight;
  }

  UniqueFd agent_;
  FrameReader frames_{limits::kFrameBytesMax};
  std::vector<v1::WireguardWatcherToAgent> messages_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("the watcher tells what it sees when it is told to watch, then what changes") {
  Served served;
  served.watch(1);  // less than may be: once a second
  CHECK(served.next()->value().wireguard().peers_size() == 1);
  served.peers = 2000;
  CHECK(served.next()->value().wireguard().peers_size() == 2000);
  CHECK(served.looks >= 2);
}

TEST_CASE("a refresh brings the counters, and many at once look once") {
  Served served;
  served.watch(3'600'000);
  CHECK_FALSE(served.next()->value().wireguard().peers(0).has_received_bytes());
  for (uint64_t id = 1; id <= 10; ++id) served.refresh(id);
  for (uint64_t id = 1; id <= 10; ++id) {
    const auto message = served.next();
    CHECK(message->refreshed().id() == id);
    CHECK(message->refreshed().value().wireguard().peers(0).received_bytes() > 0);
  }
  CHECK(served.looks < 10);
}

TEST_CASE("an agent that says what it should not is left") {
  const auto ends_after = [](const std::string& bytes) {
    Served served;
    served.send(bytes);
    return !served.next();
  };
  CHECK(ends_after(std::string("\0\0\1\0", 4)));
  CHECK(ends_after(std::string("\0\0\0\2\xff\xff", 6)));
  v1::AgentToWireguardWatcher early;
  early.mutable_refresh()->set_id(1);
  CHECK(ends_after(encode_frame(early)));
}

}  // namespace picket::node
