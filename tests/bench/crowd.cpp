#include "tests/bench/crowd.h"

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <cstdio>
#include <random>
#include <stdexcept>
#include <utility>

#include "common/backoff.h"
#include "common/protocol.h"
#include "common/system_clock.h"
#include "node/core/log_feed.h"
#include "tests/support/memory_bookmark.h"

namespace picket::bench {
namespace {

using asio::ip::tcp;

constexpr std::size_t kPrefixes = 40;  // the hub admits a number of strangers from each /24

asio::ip::address_v4 source_of(std::size_t index) {
  const auto prefix = static_cast<unsigned char>(1 + index % kPrefixes);
  return asio::ip::address_v4(asio::ip::address_v4::bytes_type{127, 0, prefix, 1});
}

v1::NodeHello hello_of(std::size_t index) {
  v1::NodeHello hello;
  *hello.mutable_peer() = protocol::self("picket-node", std::to_string(index));
  hello.mutable_facts()->set_host_name("host" + std::to_string(index) + ".example.org");
  hello.mutable_facts()->set_os("Debian GNU/Linux 12 (bookworm)");
  hello.mutable_facts()->set_kernel("6.1.0-30-amd64");
  hello.mutable_facts()->set_agent_version("0.1.0");
  hello.mutable_facts()->set_boot_id("d4c1e0c8-5b0f-4d7e-9a6b-3c2f1a0e9d8c");
  hello.set_folder_id("folder" + std::to_string(index));
  hello.add_resources("sessions");
  return hello;
}

// Nobody is on: what an idle server says.
v1::ResourceValue no_sessions() {
  v1::ResourceValue value;
  value.set_resource("sessions");
  value.mutable_health()->mutable_ok()->add_sources("utmp");
  value.mutable_health()->mutable_ok()->add_sources("proc");
  value.set_parts(1);
  value.mutable_sessions();
  return value;
}

TlsContext must(Result<TlsContext> context) {
  if (!context) throw std::runtime_error(context.error());
  return *std::move(context);
}

}  // namespace

class Crowd::Node final : public node::HubLinkObserver {
 public:
  Node(Crowd& crowd, const TlsCredentials& credentials, std::size_t number)
      : tls(must(TlsContext::node(credentials))),
        agent(hello_of(number), clock, nullptr),
        backoff([random = std::mt19937_64(number)]() mutable { return random(); }),
        index(number),
        crowd_(crowd) {
    agent.publish(no_sessions());
  }

  void on_welcome(const v1::Welcome&) override {
    backoff.reset();
    crowd_.on_welcome();
  }
  void on_renewed(const v1::Renewed& /*renewed*/) override {}
  void on_refused(const v1::Refusal& refusal) override {
    std::fprintf(stderr, "refused: %s\n", refusal.text().c_str());
  }
  void on_closed(const Closed&) override {}

  TlsContext tls;
  SystemClock clock;
  node::Agent agent;
  node::LogFeeds feeds;
  test::MemoryBookmark bookmark;
  node::LogFeed feed{feeds, clock, bookmark};
  node::EventFeed events{nullptr, bookmark};
  node::ExecutionFeeds execution_feeds;
  node::ExecutionFeed executions{execution_feeds, "h"};
  Backoff backoff;
  std::size_t index;

 private:
  Crowd& crowd_;
};

Crowd::Crowd(std::vector<TlsCredentials> nodes, uint16_t hub_port)
    : tasks_(io_.get_executor(), nullptr), hub_(asio::ip::address_v4::loopback(), hub_port) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes_.push_back(std::make_unique<Node>(*this, nodes[i], i));
  }
}

Crowd::~Crowd() = default;

void Crowd::run(const std::function<void(std::size_t attempts)>& connected) {
  connected_ = connected;
  for (const auto& node : nodes_) tasks_.spawn("node", keep_connected(node.get()));
  io_.run();
}

node::Agent& Crowd::agent(std::size_t index) { return nodes_.at(index)->agent; }

void Crowd::on_welcome() {
  if (++welcomed_ == nodes_.size()) connected_(attempts_);
}

asio::awaitable<void> Crowd::keep_connected(Node* node) {
  asio::steady_timer pause(io_);
  while (true) {
    ++attempts_;
    tcp::socket socket(io_, tcp::endpoint(source_of(node->index), 0));
    asio::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await socket.async_connect(hub_, token);
    if (!error) {
      auto serving = serve(node, UniqueFd(socket.release()));
      co_await std::move(serving);
    }
    pause.expires_after(node->backoff.next());
    co_await pause.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> Crowd::serve(Node* node, UniqueFd socket) {
  const auto link = std::make_shared<Link>(io_.get_executor(), std::move(socket), node->tls.make(),
                                           buffers_, settings_);
  const std::optional<TlsPeer> hub = co_await link->handshake();
  if (!hub) co_return;
  node::HubLink handler(node->agent, {node->feed, node->events, node->executions}, *link, *node);
  co_await link->run(handler);
}

}  // namespace picket::bench
