// A link: frames both ways over a stream, with keep-alives, one deadline and a bounded outbox,
// until it ends with exactly one reason. It knows nothing of what the frames mean.
//
// Use, in the connection's own task:
//   auto link = std::make_shared<Link>(executor, std::move(socket), std::move(ssl), buffer,
//   settings); const auto peer = co_await link->handshake();   // TLS only; if it fails:
//   link->closed() says why co_await link->run(handler);                    // until the end;
//   handler.on_closed() was its last call
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/frame.h"
#include "common/limits.h"
#include "common/peer.h"
#include "common/stream.h"

namespace picket {

struct LinkSettings {
  std::chrono::milliseconds keep_alive = limits::kKeepAliveInterval;
  std::chrono::milliseconds dead_after = limits::kDeadAfter;
  /// For TLS and hello together: until set_frame_bytes_max() is called.
  std::chrono::milliseconds handshake_timeout = limits::kHandshakeTimeout;
  /// The watchdog itself coming this late means that this process was stopped; the peer gets one
  /// more period.
  std::chrono::milliseconds stopped_after = limits::kStoppedAfter;
  std::chrono::milliseconds flush_timeout = limits::kStopTimeout;
  std::chrono::milliseconds close_timeout = limits::kCloseTimeout;
  std::size_t outbox_bytes_max = limits::kOutboxBytesMax;
  std::size_t frame_bytes_max = limits::kFrameBytesUnauthenticatedMax;
  /// Told the text of an exception that a handler threw; the link then ends with kInternal.
  std::function<void(std::string_view what)> on_exception = {};
};

/// What all links of one loop work with, one after the other; an idle link has no buffer.
struct LinkBuffers {
  std::vector<char> read = std::vector<char>(limits::kReadBytesMax);
  std::vector<std::string_view> pulled;
  std::vector<std::string_view> pieces;
};

class Link final : public Peer, public std::enable_shared_from_this<Link> {
 public:
  /// `buffers` and `settings` outlive the link. A null `ssl`: no TLS (the Unix socket).
  Link(const asio::any_io_executor& executor, UniqueFd socket, SslPtr ssl, LinkBuffers& buffers,
       const LinkSettings& settings);

  /// The TLS handshake, within handshake_timeout. Nothing: it failed and the socket is closed;
  /// closed() says why. Not needed without TLS.
  asio::awaitable<std::optional<TlsPeer>> handshake();
  /// Serves the link until its end. The handler must live until this returns or, if the task is
  /// cancelled, until on_closed() was called, which then happens before the exception leaves.
  asio::awaitable<void> run(LinkHandler& handler);
  /// The same for those who have no task: starts, and on_closed() comes later.
  void start(LinkHandler& handler);
  /// As above, and the handler lives as long as the link needs it.
  void start(std::unique_ptr<LinkHandler> handler);
  /// Ends a started link without flushing; on_closed() comes in the loop's next turn.
  void abort(Closed closed);

  /// Why it ended or is ending; nothing while it lives.
  const std::optional<Closed>& closed() const { return closed_; }

  // Peer; none of these calls the handler.
  void send(std::string frame) override;
  void wake() override;
  /// What has been read already is still delivered. While it doesn't read, a link isn't ended for
  /// silence; a dead peer is then noticed by the writes.
  void set_reading(bool reading) override;
  /// Also ends the handshake's deadline: from here on the peer counts as authenticated.
  void set_frame_bytes_max(std::size_t bytes) override;
  Nanoseconds silence() const override { return silence_; }
  void close(Closed closed) override;

 private:
  using Instant = std::chrono::steady_clock::time_point;
  enum class Phase {
    kNew,
    kHandshake,
    kOpen,
    kFlushing,  // ending: what is queued still goes out
    kClosing,   // our side is shut, waiting for the peer's
    kClosed,
  };

  // Life cycle
  bool ending() const { return phase_ >= Phase::kFlushing; }
  void begin(Phase phase);
  void end(Closed closed);
  void break_off(Closed closed);
  void say_goodbye();
  void finish();
  void on_exception(std::string_view what);
  asio::awaitable<void> until_finished();
  asio::awaitable<void> wait_for(Stream::Progress wanted);
  Closed handshake_failure(Stream::Progress progress) const;
  template <typename Call>
  void guarded(Call call);

  // Time
  void wait_tick();
  void on_tick(Instant expected);
  Instant deadline() const;
  void on_overdue(Instant now, bool was_stopped);
  void keep_alive(Instant now);

  // Reading
  void read_soon();
  void wait_readable();
  void on_readable();
  void read_some();
  void on_read_stopped(Stream::Progress progress);
  void discard_some();
  bool deliver(std::string_view payload);

  // Writing
  void write_soon();
  void wait_writable();
  void on_writable();
  void write_some();
  std::size_t write_ahead_max() const;
  Stream::Moved write_batch();
  void pull();
  std::size_t collect_own();
  void took(std::size_t bytes);
  void took_pulled(std::size_t bytes);
  void on_write_stopped(Stream::Progress progress);
  bool has_output() const { return !rest_.empty() || outbox_first_ < outbox_.size(); }

  Stream stream_;
  LinkBuffers& buffers_;
  const LinkSettings& settings_;
  LinkHandler* handler_ = nullptr;
  std::unique_ptr<LinkHandler> owned_handler_;  // handler_, if it came with start()
  FrameReader reader_;
  std::optional<Closed> closed_;
  asio::steady_timer tick_;
  asio::steady_timer* finished_ = nullptr;  // of the task that waits for the end

  // Output, in the order in which it leaves.
  std::string rest_;                 // of a frame that was pulled and went out in part
  std::vector<std::string> outbox_;  // from outbox_first_ on
  std::size_t outbox_first_ = 0;
  std::size_t outbox_first_sent_ = 0;  // bytes of the first one
  std::size_t outbox_bytes_ = 0;

  Instant heard_{};         // the last byte from the peer
  Instant sent_{};          // the last byte to it
  Nanoseconds read_all_{};  // since boot: when there was nothing more to read
  Nanoseconds silence_{};   // from then to what is being read
  Instant phase_deadline_{};
  Phase phase_ = Phase::kNew;
  bool authenticated_ = false;
  bool got_frame_ = false;
  bool reading_ = true;
  bool read_waits_ = false;
  bool write_waits_ = false;
  bool write_posted_ = false;
  bool pull_ = true;  // the handler may have frames
  bool read_wants_write_ = false;
  bool peer_ended_ = false;
};

// A handler's mistake costs its link, nothing else.
template <typename Call>
void Link::guarded(Call call) {
  try {
    call();
  } catch (const std::exception& exception) {
    on_exception(exception.what());
  } catch (...) {
    on_exception("an exception of unknown type");
  }
}

}  // namespace picket
