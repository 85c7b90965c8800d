// What an idle link costs the hub: `idle_links [N]` makes N links with mutual TLS to nodes in
// another process and prints the growth of resident memory (page tables included) for each.
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/test_certificates.h"
#include "tests/support/tls_pair.h"

namespace picket {
namespace {

using testing::Side;

long resident_kib() {
  std::ifstream status("/proc/self/status");
  long kib = 0;
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:") || line.starts_with("VmPTE:")) kib += std::stol(line.substr(6));
  }
  return kib;
}

// One end of every link; the hub counts a node once its first frame has come.
class Links {
 public:
  explicit Links(const TlsContext& context)
      : context_(context), tasks_(io_.get_executor(), nullptr) {}

  void add(UniqueFd socket) {
    sides_.push_back(std::make_unique<Side>());
    Side& side = *sides_.back();
    side.recorder.then = [this, &side](std::string_view) {
      ++frames_;
      side.link->set_frame_bytes_max(limits::kFrameBytesMax);
      side.link->send(testing::frame_of(std::string(100, 'w')));
    };
    side.link = std::make_shared<Link>(io_.get_executor(), std::move(socket), context_.make(),
                                       buffers_, settings_);
    tasks_.spawn("link", testing::serve(&side));
  }

  void say_hello() {
    for (const auto& side : sides_) side->link->send(testing::frame_of(std::string(200, 'h')));
  }
  bool connected() const {
    for (const auto& side : sides_) {
      if (!side->peer) return false;
    }
    return true;
  }
  std::size_t frames() const { return frames_; }
  asio::io_context& io() { return io_; }

 private:
  const TlsContext& context_;
  asio::io_context io_;
  LinkBuffers buffers_;
  LinkSettings settings_{.handshake_timeout = std::chrono::minutes(5)};
  TaskGroup tasks_;
  std::vector<std::unique_ptr<Side>> sides_;
  std::size_t frames_ = 0;
};

void be_nodes(const TlsContext& context, std::vector<UniqueFd> sockets) {
  Links nodes(context);
  for (auto& socket : sockets) nodes.add(std::move(socket));
  while (!nodes.connected()) nodes.io().run_one_for(std::chrono::milliseconds(100));
  nodes.say_hello();
  nodes.io().run_for(std::chrono::minutes(5));
}

int run(std::size_t count) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  const testing::TestCa ca;
  const auto hub_context = TlsContext::hub(ca.issue(testing::hub_wish()));
  const auto node_context = TlsContext::node(ca.issue({}));
  std::vector<UniqueFd> hub_sockets(count);
  std::vector<UniqueFd> node_sockets(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::tie(hub_sockets[i], node_sockets[i]) = testing::socket_pair();
    if (!hub_sockets[i]) return EXIT_FAILURE;
  }
  const pid_t nodes = ::fork();
  if (nodes == 0) {
    hub_sockets.clear();
    be_nodes(*node_context, std::move(node_sockets));
    ::_exit(0);
  }
  node_sockets.clear();
  const long before = resident_kib();
  const std::size_t heap_before = ::mallinfo2().uordblks;
  Links hub(*hub_context);
  // As in the hub, which lets so many at once.
  for (std::size_t i = 0; i < count; ++i) {
    hub.add(std::move(hub_sockets[i]));
    if (i % limits::kHandshakesAtOnceMax != 0) continue;
    while (!hub.connected()) hub.io().run_one_for(std::chrono::milliseconds(100));
  }
  while (hub.frames() < count) hub.io().run_one_for(std::chrono::milliseconds(100));
  hub.io().run_for(std::chrono::seconds(1));
  const double each = static_cast<double>(resident_kib() - before) / static_cast<double>(count);
  const double heap = static_cast<double>(::mallinfo2().uordblks - heap_before) / 1024.0;
  std::printf("%zu idle links with mutual TLS: %.1f KiB resident each, %.1f KiB of it live heap\n",
              count, each, heap / static_cast<double>(count));
  ::kill(nodes, SIGKILL);
  ::waitpid(nodes, nullptr, 0);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace picket

int main(int argc, char* argv[]) {
  return picket::run(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 5000);
}
