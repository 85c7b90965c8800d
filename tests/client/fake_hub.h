// A hub that says what a test tells it to, on a real Unix socket in a temporary folder.
#pragma once

#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/frame.h"
#include "common/limits.h"
#include "common/link.h"
#include "picket/v1/client_link.pb.h"
#include "tests/support/temporary_folder.h"

namespace picket::client {

using test::TemporaryFolder;

class FakeHub {
 public:
  class Connection final : public LinkHandler {
   public:
    Connection(FakeHub& hub, UniqueFd socket)
        : hub_(hub),
          link_(std::make_shared<Link>(hub.io_.get_executor(), std::move(socket), nullptr,
                                       hub.buffers_, hub.settings_)) {
      link_->start(*this);
    }
    void send(const v1::HubToClient& frame) { link_->send(encode_frame(frame)); }
    void end(const v1::ClientToHub& request) {
      v1::HubToClient frame;
      frame.set_request_id(request.request_id());
      frame.mutable_end();
      send(frame);
    }
    void fail(const v1::ClientToHub& request, v1::Error::Code code, const std::string& text) {
      v1::HubToClient frame;
      frame.set_request_id(request.request_id());
      frame.mutable_error()->set_code(code);
      frame.mutable_error()->set_text(text);
      send(frame);
    }
    void close() { link_->close({CloseReason::kStopping, ""}); }

    void on_frame(std::string_view payload) override {
      v1::ClientToHub request;
      if (!request.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) std::abort();
      if (request.has_hello()) {
        send(hub_.hello);
      } else {
        hub_.on_request(*this, request);
      }
    }
    void on_closed(const Closed&) override {}

   private:
    FakeHub& hub_;
    std::shared_ptr<Link> link_;
  };

  FakeHub(asio::io_context& io, const std::string& path) : io_(io), path_(path), acceptor_(io) {
    hello.mutable_hello()->set_hub_id("h1");
    hello.mutable_hello()->mutable_peer()->set_protocol_min(1);
    hello.mutable_hello()->mutable_peer()->set_protocol_max(1);
    settings_.frame_bytes_max = limits::kFrameBytesMax;
    listen();
  }

  /// As a hub that stops: no socket, no connections.
  void stop() {
    acceptor_.close();
    std::filesystem::remove(path_);
    for (const auto& connection : connections_) connection->close();
  }
  /// And one that starts again.
  void listen() {
    const asio::local::stream_protocol::endpoint endpoint(path_);
    acceptor_.open(endpoint.protocol());
    acceptor_.bind(endpoint);
    acceptor_.listen();
    accept();
  }

  std::function<void(Connection&, const v1::ClientToHub&)> on_request;
  v1::HubToClient hello;

 private:
  void accept() {
    acceptor_.async_accept(
        [this](const asio::error_code& error, asio::local::stream_protocol::socket socket) {
          if (error) return;
          connections_.push_back(std::make_unique<Connection>(*this, UniqueFd(socket.release())));
          accept();
        });
  }

  asio::io_context& io_;
  std::string path_;
  asio::local::stream_protocol::acceptor acceptor_;
  LinkBuffers buffers_;
  LinkSettings settings_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace picket::client
