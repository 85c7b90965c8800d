// How a link reads and writes. Everything here is called by the loop and returns at once.
#include <algorithm>
#include <asio/post.hpp>
#include <cstdint>
#include <utility>

#include "common/link.h"
#include "common/since_boot.h"

namespace picket {
namespace {

using Steady = std::chrono::steady_clock;
using Progress = Stream::Progress;

constexpr std::size_t kOutboxSlotsKept = 256;  // of frames that left an outbox that is never empty

}  // namespace

// ---- reading

void Link::set_reading(bool reading) {
  if (std::exchange(reading_, reading) == reading || phase_ != Phase::kOpen) return;
  heard_ = Steady::now();
  wait_tick();
  if (reading) read_soon();
}

void Link::read_soon() {
  if (std::exchange(read_waits_, true)) return;
  asio::post(tick_.get_executor(), [self = shared_from_this()] { self->on_readable(); });
}

void Link::wait_readable() {
  if (std::exchange(read_waits_, true)) return;
  stream_.wait_readable([self = shared_from_this()](const asio::error_code& error) {
    if (!error) self->on_readable();
  });
}

void Link::on_readable() {
  read_waits_ = false;
  if (phase_ == Phase::kOpen && reading_) read_some();
  if (ending() && phase_ != Phase::kClosed) discard_some();
}

void Link::read_some() {
  std::size_t bytes = 0;
  silence_ = since_boot() - read_all_;
  do {
    const auto moved = stream_.try_read(buffers_.read);
    if (moved.progress != Progress::kDone) return on_read_stopped(moved.progress);
    bytes += moved.bytes;
    heard_ = Steady::now();
    const std::string_view got(buffers_.read.data(), moved.bytes);
    if (!reader_.feed(got, [this](std::string_view payload) { return deliver(payload); })) {
      end({CloseReason::kFrameTooLarge, "the peer announced a frame over the limit"});
    }
  } while (phase_ == Phase::kOpen && reading_ && bytes < limits::kReadBytesMax);
  if (phase_ == Phase::kOpen && reading_) read_soon();  // the others' turn
}

bool Link::deliver(std::string_view payload) {
  if (payload.empty()) return true;  // a keep-alive
  got_frame_ = true;
  guarded([&] { handler_->on_frame(payload); });
  return phase_ == Phase::kOpen;
}

void Link::on_read_stopped(Progress progress) {
  switch (progress) {
    case Progress::kDone:
    case Progress::kWantRead:
      read_all_ = since_boot();
      wait_readable();
      break;
    case Progress::kWantWrite:
      read_wants_write_ = true;
      wait_writable();
      break;
    case Progress::kEnd: break_off({CloseReason::kPeerClosed, {}}); break;
    case Progress::kReset: break_off({CloseReason::kConnectionReset, stream_.error()}); break;
    case Progress::kTlsFailed:
      // Before the first frame it is the peer's verdict on our certificate.
      break_off({got_frame_ ? CloseReason::kProtocolError : CloseReason::kHandshakeFailed,
                 stream_.error()});
      break;
  }
}

// While ending, whatever still comes is read and dropped, until the peer has closed too.
void Link::discard_some() {
  const auto progress = stream_.discard();
  if (progress == Progress::kDone) return read_soon();
  if (progress == Progress::kWantRead) return wait_readable();
  peer_ended_ = true;
  if (phase_ == Phase::kClosing || progress == Progress::kReset) finish();
}

// ---- writing

void Link::send(std::string frame) {
  if (ending() || closed_) return;
  outbox_bytes_ += frame.size();
  outbox_.push_back(std::move(frame));
  if (outbox_bytes_ > settings_.outbox_bytes_max) {
    return break_off({CloseReason::kOutboxFull, "the peer does not read its replies"});
  }
  write_soon();
}

void Link::wake() {
  pull_ = true;
  write_soon();
}

void Link::write_soon() {
  if (write_waits_ || phase_ < Phase::kOpen || std::exchange(write_posted_, true)) return;
  asio::post(tick_.get_executor(), [self = shared_from_this()] {
    self->write_posted_ = false;
    if (!self->write_waits_) self->write_some();
  });
}

void Link::wait_writable() {
  if (std::exchange(write_waits_, true)) return;
  stream_.wait_writable([self = shared_from_this()](const asio::error_code& error) {
    if (!error) self->on_writable();
  });
}

void Link::on_writable() {
  write_waits_ = false;
  if (std::exchange(read_wants_write_, false) && phase_ == Phase::kOpen) read_some();
  if (!write_waits_) write_some();
}

void Link::write_some() {
  if (phase_ == Phase::kClosing) return say_goodbye();
  std::size_t bytes = 0;
  while (phase_ == Phase::kOpen || phase_ == Phase::kFlushing) {
    if (bytes >= limits::kWriteBytesMax) return write_soon();  // the others' turn
    const auto moved = write_batch();
    if (moved.progress != Progress::kDone) return on_write_stopped(moved.progress);
    if (moved.bytes == 0) break;
    bytes += moved.bytes;
    if (bytes >= write_ahead_max()) return wait_writable();
  }
  if (phase_ == Phase::kFlushing && !has_output()) say_goodbye();
}

// A TCP socket takes more than the kernel sends at once, and on a narrow line what it has taken is
// ahead of what comes next, for seconds: it gets no more before little is left to be sent.
std::size_t Link::write_ahead_max() const {
  return stream_.is_tcp() ? limits::kNotSentLowWaterBytes : SIZE_MAX;
}

// kDone with no bytes: there is nothing to send.
Stream::Moved Link::write_batch() {
  const auto flushed = stream_.flush();
  if (flushed != Progress::kDone) return {flushed};
  pull();
  const std::size_t own = collect_own();
  auto& pieces = buffers_.pieces;
  pieces.insert(pieces.end(), buffers_.pulled.begin(), buffers_.pulled.end());
  if (pieces.empty()) return {Progress::kDone};
  const auto moved = stream_.try_write(pieces);
  if (moved.bytes > 0) sent_ = Steady::now();
  const std::size_t of_own = std::min(own, moved.bytes);
  took(of_own);
  took_pulled(moved.bytes - of_own);
  return moved;
}

// Asked before our own frames are collected: the handler may send one from within.
void Link::pull() {
  buffers_.pulled.clear();
  const std::size_t own = rest_.size() + outbox_bytes_ - outbox_first_sent_;
  if (phase_ != Phase::kOpen || !pull_ || own >= limits::kWriteBytesMax) return;
  guarded([&] { handler_->pull(limits::kWriteBytesMax - own, buffers_.pulled); });
  pull_ = !buffers_.pulled.empty();
  if (phase_ != Phase::kOpen) buffers_.pulled.clear();
}

// What goes out before pulled frames, up to kWriteBytesMax; returns its bytes.
std::size_t Link::collect_own() {
  auto& pieces = buffers_.pieces;
  pieces.clear();
  if (!rest_.empty()) pieces.emplace_back(rest_);
  std::size_t bytes = rest_.size();
  std::size_t skip = outbox_first_sent_;
  for (auto i = outbox_first_; i < outbox_.size() && bytes < limits::kWriteBytesMax; ++i) {
    pieces.push_back(std::string_view(outbox_[i]).substr(std::exchange(skip, 0)));
    bytes += pieces.back().size();
  }
  return bytes;
}

void Link::took(std::size_t bytes) {
  const std::size_t of_rest = std::min(bytes, rest_.size());
  rest_.erase(0, of_rest);
  bytes -= of_rest;
  while (bytes > 0) {
    const std::size_t size = outbox_[outbox_first_].size();
    const std::size_t step = std::min(bytes, size - outbox_first_sent_);
    bytes -= step;
    outbox_first_sent_ += step;
    if (outbox_first_sent_ < size) break;
    outbox_[outbox_first_++] = {};
    outbox_bytes_ -= size;
    outbox_first_sent_ = 0;
  }
  if (outbox_first_ == outbox_.size()) {
    outbox_ = {};
    outbox_first_ = 0;
  } else if (outbox_first_ >= kOutboxSlotsKept) {
    outbox_.erase(outbox_.begin(), outbox_.begin() + static_cast<std::ptrdiff_t>(outbox_first_));
    outbox_first_ = 0;
  }
}

// Frames that went out, also in part, are ours from now on: the handler may forget them.
void Link::took_pulled(std::size_t bytes) {
  std::size_t count = 0;
  for (const auto& frame : buffers_.pulled) {
    if (bytes == 0) break;
    const std::size_t step = std::min(bytes, frame.size());
    if (step < frame.size()) rest_ = frame.substr(step);
    bytes -= step;
    ++count;
  }
  if (count > 0) guarded([&] { handler_->pulled(count); });
}

void Link::on_write_stopped(Progress progress) {
  if (progress == Progress::kWantWrite) return wait_writable();
  if (progress == Progress::kWantRead) return wait_readable();
  if (phase_ != Phase::kOpen) return finish();
  // A peer that refused us has said why before it closed: read that first.
  const std::string error = stream_.error();
  read_some();
  if (phase_ == Phase::kOpen) break_off({CloseReason::kConnectionReset, error});
}

}  // namespace picket
