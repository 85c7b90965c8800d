// Two links over one socket pair, a hub's and a node's, each in a task of its own, as in the
// programs.
#pragma once

#include <asio/io_context.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "common/link.h"
#include "common/task_group.h"
#include "tests/support/loop.h"
#include "tests/support/recorder.h"

namespace picket::test {

struct Side {
  std::shared_ptr<Link> link;
  Recorder recorder;
  std::optional<TlsPeer> peer;
  bool done = false;
};

inline asio::awaitable<void> serve(Side* side) {
  side->peer = co_await side->link->handshake();
  if (side->peer) {
    co_await side->link->run(side->recorder);
  }
  side->done = true;
}

class TlsPair {
 public:
  TlsPair(SslPtr hub_ssl, SslPtr node_ssl, LinkSettings link_settings = {}, int buffer_bytes = 0)
      : settings(std::move(link_settings)), tasks(io.get_executor(), nullptr) {
    auto [hub_socket, node_socket] = socket_pair(buffer_bytes);
    add(hub, std::move(hub_socket), std::move(hub_ssl));
    add(node, std::move(node_socket), std::move(node_ssl));
  }
  TlsPair(const TlsPair&) = delete;
  TlsPair& operator=(const TlsPair&) = delete;

  /// Both handshakes have succeeded, as each side sees it.
  bool connect() {
    return run_until(io, [this] { return hub.peer && node.peer; });
  }
  /// Both links have ended.
  bool finish() {
    return run_until(io, [this] { return hub.done && node.done; });
  }

  asio::io_context io;
  LinkBuffers buffers;
  LinkSettings settings;
  TaskGroup tasks;
  Side hub;
  Side node;

 private:
  void add(Side& side, UniqueFd socket, SslPtr ssl) {
    side.link = std::make_shared<Link>(io.get_executor(), std::move(socket), std::move(ssl),
                                       buffers, settings);
    tasks.spawn("side", serve(&side));
  }
};

}  // namespace picket::test
