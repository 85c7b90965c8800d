// The agent's end of a socket to a process beside it: frames both ways. What that process says is
// read within limits too, though it has more powers than the agent.
#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/frame.h"
#include "common/result.h"
#include "common/unique_fd.h"
#include "node/collectors/alarm.h"
#include "node/collectors/readable_fd.h"

namespace picket::node {

class SideLink {
 public:
  /// On the loop's thread. False: that was no message; the link is lost.
  using OnFrame = std::function<bool(std::string_view payload)>;

  /// `on_lost` is called once, and may destroy this; also `on_frame` may.
  SideLink(asio::io_context& loop, UniqueFd socket, OnFrame on_frame,
           std::function<void()> on_lost);

  /// What doesn't fit into the socket now follows; too much of that loses the link, soon.
  void send(const google::protobuf::MessageLite& message);

 private:
  void flush();
  void on_readable();
  void lose();

  UniqueFd socket_;
  OnFrame on_frame_;
  std::function<void()> on_lost_;
  FrameReader frames_;
  std::string outbox_;
  Alarm again_;  // to write what is left
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::unique_ptr<ReadableFd> readable_;  // ends before the socket
};

/// Connects to the Unix socket where such a process listens.
Result<UniqueFd> connect_side(const std::string& path);

}  // namespace picket::node
