// A link's life: handshake, deadlines, and its one end. Reading and writing are in link_io.cpp.
#include "common/link.h"

#include <algorithm>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <utility>

#include "common/since_boot.h"

namespace picket {
namespace {

using Steady = std::chrono::steady_clock;

std::string seconds(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  return count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
}

}  // namespace

Link::Link(const asio::any_io_executor& executor, UniqueFd socket, SslPtr ssl, LinkBuffers& buffers,
           const LinkSettings& settings)
    : stream_(executor, std::move(socket), std::move(ssl)),
      buffers_(buffers),
      settings_(settings),
      reader_(settings.frame_bytes_max),
      tick_(executor) {
  stream_.tune_tcp(settings.dead_after);
}

asio::awaitable<std::optional<TlsPeer>> Link::handshake() {
  const auto self = shared_from_this();
  begin(Phase::kHandshake);
  while (!closed_) {
    const auto progress = stream_.try_handshake();
    if (progress == Stream::Progress::kDone) {
      auto peer = stream_.peer();
      if (peer) co_return *std::move(peer);
      closed_ = Closed{CloseReason::kHandshakeFailed, peer.error()};
    } else if (progress == Stream::Progress::kWantRead ||
               progress == Stream::Progress::kWantWrite) {
      co_await wait_for(progress);
    } else {
      closed_ = handshake_failure(progress);
    }
  }
  // The peer must get the alert that says what was wrong, so this is not cut short.
  if (phase_ != Phase::kClosed) {
    say_goodbye();
    co_await until_finished();
  }
  co_return std::nullopt;
}

asio::awaitable<void> Link::wait_for(Stream::Progress wanted) {
  asio::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  if (wanted == Stream::Progress::kWantRead) {
    co_await stream_.wait_readable(token);
  } else {
    co_await stream_.wait_writable(token);
  }
  if (error && !closed_) {
    closed_ = Closed{CloseReason::kStopping, {}};
    finish();
  }
}

Closed Link::handshake_failure(Stream::Progress progress) const {
  if (progress == Stream::Progress::kTlsFailed) {
    return {CloseReason::kHandshakeFailed, stream_.error()};
  }
  return {CloseReason::kConnectionReset, "during the TLS handshake: " + stream_.error()};
}

asio::awaitable<void> Link::run(LinkHandler& handler) {
  const auto self = shared_from_this();
  // A cancelled task must not throw past on_closed().
  const auto quietly = asio::this_coro::throw_if_cancelled(false);
  co_await quietly;
  start(handler);
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() == asio::cancellation_type::none) {
    co_await until_finished();
  } else {
    break_off({CloseReason::kStopping, {}});
    finish();
  }
}

asio::awaitable<void> Link::until_finished() {
  asio::steady_timer finished(tick_.get_executor(), Steady::time_point::max());
  asio::error_code ended;
  auto token = asio::redirect_error(asio::use_awaitable, ended);
  finished_ = &finished;
  if (phase_ != Phase::kClosed) {
    co_await finished.async_wait(token);
  }
  finished_ = nullptr;
  if (phase_ == Phase::kClosed) co_return;
  if (!closed_) closed_ = Closed{CloseReason::kStopping, {}};
  finish();
}

void Link::start(LinkHandler& handler) {
  handler_ = &handler;
  if (phase_ == Phase::kClosed) {  // meanwhile
    phase_ = Phase::kClosing;
    asio::post(tick_.get_executor(), [self = shared_from_this()] { self->finish(); });
    return;
  }
  begin(Phase::kOpen);
  if (auto closed = std::exchange(closed_, std::nullopt)) end(*std::move(closed));
  read_soon();
  write_soon();
}

void Link::start(std::unique_ptr<LinkHandler> handler) {
  owned_handler_ = std::move(handler);
  start(*owned_handler_);
}

void Link::abort(Closed closed) { break_off(std::move(closed)); }

void Link::begin(Phase phase) {
  if (phase_ == Phase::kNew) {
    heard_ = sent_ = Steady::now();
    read_all_ = since_boot();
    phase_deadline_ = heard_ + settings_.handshake_timeout;
  }
  phase_ = phase;
  wait_tick();
}

void Link::close(Closed closed) { end(std::move(closed)); }

// In order: what is queued still leaves, within flush_timeout.
void Link::end(Closed closed) {
  if (closed_) return;
  closed_ = std::move(closed);
  if (phase_ == Phase::kHandshake) stream_.cancel();
  if (phase_ != Phase::kOpen) return;
  phase_ = Phase::kFlushing;
  phase_deadline_ = Steady::now() + settings_.flush_timeout;
  wait_tick();
  read_soon();
  write_soon();
}

// At once, but never within a call of the handler's: on_closed() comes in a turn of its own.
void Link::break_off(Closed closed) {
  if (phase_ == Phase::kClosed) return;
  if (!closed_) closed_ = std::move(closed);
  phase_ = Phase::kClosing;
  static_cast<void>(stream_.try_shutdown());
  asio::post(tick_.get_executor(), [self = shared_from_this()] { self->finish(); });
}

// Our side is over; waits a little for the peer's, so that it reads what we said last.
void Link::say_goodbye() {
  if (phase_ < Phase::kClosing) {
    phase_ = Phase::kClosing;
    phase_deadline_ = Steady::now() + settings_.close_timeout;
    wait_tick();
  }
  if (stream_.try_shutdown() == Stream::Progress::kWantWrite) {
    wait_writable();
  } else if (peer_ended_) {
    finish();
  } else {
    read_soon();
  }
}

void Link::finish() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  tick_.cancel();
  stream_.close();
  outbox_ = {};
  rest_ = {};
  if (auto* handler = std::exchange(handler_, nullptr)) {
    guarded([&] { handler->on_closed(*closed_); });
  }
  owned_handler_ = nullptr;
  if (finished_ != nullptr) finished_->cancel();
}

void Link::on_exception(std::string_view what) {
  if (settings_.on_exception) settings_.on_exception(what);
  end({CloseReason::kInternal, "an internal error, see the log"});
}

// ---- time: one timer, one deadline

Link::Instant Link::deadline() const {
  if (!authenticated_ || ending()) return phase_deadline_;
  return reading_ ? heard_ + settings_.dead_after : Instant::max();
}

void Link::wait_tick() {
  Instant next = deadline();
  if (phase_ == Phase::kOpen && authenticated_) {
    next = std::min(next, sent_ + settings_.keep_alive);
  }
  tick_.expires_at(next);
  tick_.async_wait([self = shared_from_this(), next](const asio::error_code& error) {
    if (!error && self->phase_ != Phase::kClosed) self->on_tick(next);
  });
}

void Link::on_tick(Instant expected) {
  const auto now = Steady::now();
  if (now >= deadline()) {
    on_overdue(now, now - expected >= settings_.stopped_after);
  } else if (phase_ == Phase::kOpen && authenticated_ && now >= sent_ + settings_.keep_alive) {
    keep_alive(now);
  }
  if (phase_ != Phase::kClosed) wait_tick();
}

void Link::on_overdue(Instant now, bool was_stopped) {
  if (phase_ == Phase::kFlushing) return say_goodbye();
  if (phase_ == Phase::kClosing) return finish();
  if (was_stopped) {
    heard_ = now;
    phase_deadline_ = now + settings_.handshake_timeout;
    return;
  }
  if (phase_ == Phase::kHandshake) {
    closed_ = Closed{CloseReason::kHandshakeTimeout,
                     "TLS took longer than " + seconds(settings_.handshake_timeout)};
    finish();
    return;
  }
  read_some();  // this loop may have been too busy to look
  if (phase_ != Phase::kOpen || now < deadline()) return;
  if (authenticated_) {
    break_off({CloseReason::kTimedOut, "silent for " + seconds(settings_.dead_after)});
  } else {
    end({CloseReason::kHandshakeTimeout,
         "no complete hello within " + seconds(settings_.handshake_timeout)});
  }
}

void Link::keep_alive(Instant now) {
  sent_ = now;
  if (has_output() || write_waits_) return;
  outbox_.emplace_back(keep_alive_frame());
  outbox_bytes_ += outbox_.back().size();
  write_some();
}

void Link::set_frame_bytes_max(std::size_t bytes) {
  reader_.set_bytes_max(bytes);
  if (std::exchange(authenticated_, true) || ending()) return;
  heard_ = sent_ = Steady::now();
  if (phase_ != Phase::kNew) wait_tick();
}

}  // namespace picket
