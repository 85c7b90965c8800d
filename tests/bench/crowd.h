// Many nodes in one process, each with a link and an identity of its own. They connect at once,
// from many addresses, come back with the back-off of real nodes when they are turned away, and are
// idle once they are connected.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "common/link.h"
#include "common/task_group.h"
#include "common/tls.h"
#include "node/core/agent.h"

namespace picket::bench {

class Crowd {
 public:
  Crowd(std::vector<TlsCredentials> nodes, uint16_t hub_port);
  ~Crowd();

  /// Connects all and tells `connected` once each has had its welcome. Serves them for ever.
  void run(const std::function<void(std::size_t attempts)>& connected);

  /// For those who let a node publish, from `connected` on.
  node::Agent& agent(std::size_t index);
  asio::io_context& io() { return io_; }

 private:
  class Node;
  asio::awaitable<void> keep_connected(Node* node);
  asio::awaitable<void> serve(Node* node, UniqueFd socket);
  void on_welcome();

  asio::io_context io_;
  TaskGroup tasks_;
  asio::ip::tcp::endpoint hub_;
  LinkBuffers buffers_;
  LinkSettings settings_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::function<void(std::size_t)> connected_;
  std::size_t welcomed_ = 0;
  std::size_t attempts_ = 0;
};

}  // namespace picket::bench
