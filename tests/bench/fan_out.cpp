// What a delivery costs the hub, and what a subscriber that stopped reading does: `fan_out_bench`
// lets one node of a real picket-hub publish to 100 subscribers on the Unix socket, 200 times a
// second, beside a process that does nothing but write the same bytes to as many sockets. Then one
// subscriber more is stopped (SIGSTOP) under 100,000 updates.
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <asio/steady_timer.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "common/daemon.h"
#include "common/dial.h"
#include "common/frame.h"
#include "common/protocol.h"
#include "picket/v1/client_link.pb.h"
#include "tests/bench/crowd.h"
#include "tests/bench/process.h"
#include "tests/bench/programs.h"

namespace picket::bench {
namespace {

constexpr std::size_t kSubscribers = 100;
constexpr std::size_t kPaced = 2000;
constexpr auto kPace = std::chrono::milliseconds(5);
constexpr std::size_t kFlood = 100'000;
constexpr std::size_t kFloodBatch = 50;  // updates in a millisecond: what a link's outbox bears

void write_all(int socket, const std::string& bytes) {
  if (::write(socket, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("the hub does not read");
  }
}

// Connects and asks for session.opened and session.closed, from now on.
UniqueFd subscribe(const std::string& path) {
  auto socket = dial_unix(path);
  if (!socket) throw std::runtime_error(socket.error());
  v1::ClientToHub hello;
  hello.set_request_id(1);
  *hello.mutable_hello()->mutable_peer() = protocol::self("bench", "bench");
  v1::ClientToHub request;
  request.set_request_id(2);
  request.mutable_subscribe()->set_head(true);
  request.mutable_subscribe()->set_ceiling(v1::Subscribe::CEILING_LIVE);
  request.mutable_subscribe()->mutable_filter()->add_kinds("session.*");
  write_all(socket->get(), encode_frame(hello) + encode_frame(request));
  return *std::move(socket);
}

// Reads frames from many sockets; `on_update` has their number and bytes in all.
class Readers {
 public:
  Readers() = default;
  void add(UniqueFd socket) {
    polled_.push_back({socket.get(), POLLIN, 0});
    sockets_.push_back(std::move(socket));
    frames_.emplace_back(limits::kFrameBytesMax);
  }
  // Until `done`, asked after each round.
  template <typename Done>
  void read_until(Done done) {
    while (!done()) {
      if (::poll(polled_.data(), polled_.size(), -1) <= 0) throw std::runtime_error("poll failed");
      for (std::size_t i = 0; i < polled_.size(); ++i) {
        if (polled_[i].revents != 0) read(i);
      }
    }
  }
  std::size_t live = 0;
  std::size_t updates = 0;
  std::size_t update_bytes = 0;

 private:
  void read(std::size_t index) {
    char buffer[16 * 1024];
    const ssize_t got = ::read(polled_[index].fd, buffer, sizeof buffer);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got <= 0) throw std::runtime_error("the hub ended a subscription");
    const bool good = frames_[index].feed({buffer, static_cast<std::size_t>(got)},
                                          [this](std::string_view frame) { return count(frame); });
    if (!good) throw std::runtime_error("not a frame");
  }
  bool count(std::string_view payload) {
    v1::HubToClient message;
    if (!message.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return false;
    if (message.has_live()) ++live;
    if (!message.has_update()) return true;
    ++updates;
    update_bytes = payload.size() + limits::kFrameHeaderBytes;
    return true;
  }

  std::vector<UniqueFd> sockets_;
  std::vector<pollfd> polled_;
  std::vector<FrameReader> frames_;
};

void be_subscribers(const std::string& path, std::size_t count, std::size_t expected,
                    const Pipe& ready, const Pipe& done) {
  Readers readers;
  for (std::size_t i = 0; i < count; ++i) readers.add(subscribe(path));
  readers.read_until([&] { return readers.live == count; });
  ready.tell(count);
  readers.read_until([&] { return readers.updates >= expected * count; });
  done.tell(readers.update_bytes);
  readers.read_until([] { return false; });
}

// alice comes and goes: each value makes one event.
v1::ResourceValue value(std::size_t number) {
  v1::ResourceValue value;
  value.set_resource("sessions");
  value.set_at_unix_ns(static_cast<int64_t>(number));
  value.mutable_health()->mutable_ok()->add_sources("utmp");
  value.set_parts(1);
  auto* rows = value.mutable_sessions();
  if (number % 2 == 0) return value;
  auto* row = rows->add_rows();
  row->set_key("utmp:pts/0:1000:1800000000");
  row->set_user("alice");
  row->set_uid(1000);
  row->set_tty("pts/0");
  row->set_remote_host("192.0.2.17");
  row->set_leader_pid(1000);
  row->set_since_unix_ns(1'800'000'000'000'000'000);
  row->add_sources("utmp");
  return value;
}

// One node. At each order it publishes so many values: paced, or as a flood.
class Publishing {
 public:
  Publishing(Crowd& crowd, const Pipe& orders)
      : crowd_(crowd), orders_(orders), timer_(crowd.io()) {}
  void start() {
    timer_.expires_after(kPace);
    wait();
  }

 private:
  void wait() {
    timer_.async_wait([this](const asio::error_code&) { turn(); });
  }
  void turn() {
    if (left_ == 0) {
      left_ = orders_.try_hear().value_or(0);
      flood_ = left_ == kFlood;
    }
    if (left_ == 0) return start();
    const std::size_t batch = flood_ ? kFloodBatch : 1;
    for (std::size_t i = 0; i < batch; ++i) crowd_.agent(0).publish(value(++number_));
    left_ -= batch;
    timer_.expires_after(flood_ ? std::chrono::milliseconds(1) : kPace);
    wait();
  }

  Crowd& crowd_;
  const Pipe& orders_;
  asio::steady_timer timer_;
  std::size_t number_ = 0;
  std::size_t left_ = 0;
  bool flood_ = false;
};

void be_node(const HubProcess& hub, const Pipe& ready, const Pipe& orders) {
  Crowd crowd({hub.credentials(0)}, hub.port());
  Publishing publishing(crowd, orders);
  crowd.run([&](std::size_t) {
    ready.tell(1);
    publishing.start();
  });
}

// The floor: one gathered write for each of the sockets, and nothing else.
Nanoseconds bare_write_cpu(std::size_t bytes) {
  std::vector<UniqueFd> ours;
  Readers readers;
  for (std::size_t i = 0; i < kSubscribers; ++i) {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return {};
    ours.emplace_back(ends[0]);
    readers.add(UniqueFd(ends[1]));
  }
  v1::HubToClient message;
  message.mutable_update()->set_node(std::string(bytes - 20, 'n'));
  std::string frame = encode_frame(message);
  const Fork reading([&] { readers.read_until([] { return false; }); });
  const Nanoseconds before = cpu_of(::getpid());
  auto next = std::chrono::steady_clock::now();
  for (std::size_t update = 0; update < kPaced; ++update) {
    std::this_thread::sleep_until(next += kPace);
    const iovec piece{frame.data(), frame.size()};
    for (const auto& socket : ours) {
      if (::writev(socket.get(), &piece, 1) < 0) return {};
    }
  }
  return (cpu_of(::getpid()) - before) / (kPaced * kSubscribers);
}

void measure_pace(const HubProcess& hub, const Pipe& orders) {
  Pipe ready;
  Pipe done;
  const Fork subscribers([&] { be_subscribers(hub.socket(), kSubscribers, kPaced, ready, done); });
  static_cast<void>(ready.hear());
  const Nanoseconds before = cpu_of(hub.pid());
  orders.tell(kPaced);
  const std::size_t bytes = done.hear();
  const Nanoseconds each = (cpu_of(hub.pid()) - before) / (kPaced * kSubscribers);
  const Nanoseconds floor = bare_write_cpu(bytes);
  std::printf("%zu subscribers, 200 updates/s of %zu bytes\n", kSubscribers, bytes);
  std::printf("CPU of the hub per delivery      %6.2f us\n", to_ms(each) * 1000);
  std::printf("  writing the same bytes only    %6.2f us, ratio %.2f\n", to_ms(floor) * 1000,
              to_ms(each) / to_ms(floor));
}

std::chrono::nanoseconds flood(const HubProcess& hub, const Pipe& orders) {
  Pipe ready;
  Pipe done;
  const Fork subscriber([&] { be_subscribers(hub.socket(), 1, kFlood, ready, done); });
  static_cast<void>(ready.hear());
  const auto begun = std::chrono::steady_clock::now();
  orders.tell(kFlood);
  static_cast<void>(done.hear());
  return std::chrono::steady_clock::now() - begun;
}

void measure_stopped(const HubProcess& hub, const Pipe& orders) {
  const auto first = flood(hub, orders);  // fills what the hub keeps in any case
  const long before = memory_kib(hub.pid());
  Pipe ready;
  Pipe done;
  const Fork stopped([&] { be_subscribers(hub.socket(), 1, kFlood, ready, done); });
  static_cast<void>(ready.hear());
  ::kill(stopped.pid(), SIGSTOP);
  const auto second = flood(hub, orders);
  std::printf("one subscriber stopped, %zu updates\n", kFlood);
  std::printf("growth of the hub                %6ld KiB\n", memory_kib(hub.pid()) - before);
  std::printf("pace of the others               %6.2f of that without\n",
              to_ms(first) / to_ms(second));
}

void measure() {
  const HubProcess hub(1, "[journal]\nmax_bytes = \"4MiB\"\n");
  Pipe ready;
  Pipe orders;
  const Fork node([&] { be_node(hub, ready, orders); });
  static_cast<void>(ready.hear());
  measure_pace(hub, orders);
  measure_stopped(hub, orders);
}

}  // namespace
}  // namespace picket::bench

int main() {
  try {
    picket::raise_descriptor_limit();
    picket::bench::measure();
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "fan_out: %s\n", exception.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
