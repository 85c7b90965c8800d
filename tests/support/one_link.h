// One link over a socket pair without TLS, and the bare socket of its peer.
#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <asio/io_context.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/link.h"
#include "tests/support/catch.h"
#include "tests/support/loop.h"
#include "tests/support/recorder.h"

namespace picket::test {

inline constexpr auto kLong = std::chrono::seconds(60);

inline LinkSettings patient() {
  LinkSettings settings;
  settings.keep_alive = settings.dead_after = settings.handshake_timeout = kLong;
  return settings;
}

struct OneLink {
  explicit OneLink(LinkSettings link_settings = patient(), int buffer_bytes = 0)
      : settings(std::move(link_settings)) {
    auto [ours, theirs] = socket_pair(buffer_bytes);
    settings.on_exception = [this](std::string_view what) { exception = what; };
    link = std::make_shared<Link>(io.get_executor(), std::move(ours), nullptr, buffers, settings);
    peer = std::move(theirs);
  }

  void start(bool authenticated = true) {
    link->start(recorder);
    if (authenticated) link->set_frame_bytes_max(limits::kFrameBytesMax);
    run_ready(io);
  }

  void write(std::string_view bytes) const {
    REQUIRE(::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }

  // What the peer can read now; `ended` tells whether the link has shut its side.
  std::string read(std::size_t bytes_max = SIZE_MAX) {
    std::string got;
    char buffer[4096];
    while (got.size() < bytes_max) {
      const std::size_t size = std::min(sizeof buffer, bytes_max - got.size());
      const auto count = ::recv(peer.get(), buffer, size, 0);
      if (count == 0) ended = true;
      if (count <= 0) break;
      got.append(buffer, static_cast<std::size_t>(count));
    }
    return got;
  }

  bool wait_for_end() {
    return run_until(io, [this] { return recorder.closed.has_value(); });
  }

  asio::io_context io;
  LinkBuffers buffers;
  LinkSettings settings;
  Recorder recorder;
  std::shared_ptr<Link> link;
  UniqueFd peer;
  std::string exception;
  bool ended = false;
};

}  // namespace picket::test
