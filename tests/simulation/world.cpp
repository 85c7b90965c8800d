#include "tests/simulation/world.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"

namespace picket::simulation {
namespace {

using namespace std::chrono_literals;

// What a kernel's socket buffers hold of one direction.
constexpr std::size_t kWindowBytes = 64 * 1024;

}  // namespace

void End::send(std::string frame) {
  if (ended_ || closing_) return;
  outbox_ += frame;
  wire_->world_.outbox_bytes_seen = std::max(wire_->world_.outbox_bytes_seen, outbox_.size());
  if (outbox_.size() > limits::kOutboxBytesMax) return close({CloseReason::kOutboxFull, {}});
  wire_->pump_later(*this);
}

void End::wake() { wire_->pump_later(*this); }

void End::set_reading(bool reading) {
  reading_ = reading;
  if (!reading) return;
  wire_->world_.after(0ns, [wire = wire_, this] {
    auto arrived = std::exchange(arrived_, {});
    for (const auto& bytes : arrived) wire->feed(*this, bytes);
  });
}

void End::close(Closed closed) {
  if (ended_ || closing_) return;
  closing_ = std::move(closed);
  wire_->pump_later(*this);
}

Wire::Wire(World& world, Nanoseconds latency) : world_(world), latency_(latency) {
  for (std::size_t i = 0; i < 2; ++i) {
    ends_[i].wire_ = this;
    ends_[i].other_ = 1 - i;
  }
}

void Wire::pump_later(End& from) {
  if (from.pumping_ || from.ended_) return;
  from.pumping_ = true;
  world_.after(0ns, [this, &from] {
    from.pumping_ = false;
    pump(from);
  });
}

void Wire::pump(End& from) {
  if (from.ended_) return;
  while (from.in_flight_ < kWindowBytes) {
    // Pieces of any size: frames are cut anywhere.
    const std::string bytes = take(from, 1 + world_.random.below(4096));
    if (bytes.empty()) break;
    if (cut_) continue;
    from.in_flight_ += bytes.size();
    const auto due =
        std::max(from.last_delivery_, world_.clock.steady() + world_.random.up_to(latency_));
    from.last_delivery_ = due;
    world_.events.at(due, [this, &from, bytes] {
      from.in_flight_ -= bytes.size();
      deliver(ends_[from.other_], bytes);
      pump(from);
    });
  }
  if (!from.closing_ || !from.outbox_.empty()) return;
  const Closed closed = *from.closing_;
  End& to = ends_[from.other_];
  finish_later(from, closed, 0ns);
  if (!cut_) {
    const Nanoseconds arrival =
        std::max(from.last_delivery_ - world_.clock.steady(), Nanoseconds(0));
    finish_later(to, {CloseReason::kPeerClosed, {}}, arrival + latency_);
  }
}

std::string Wire::take(End& from, std::size_t most) {
  if (from.outbox_.empty() && from.handler_ && !from.closing_) {
    std::vector<std::string_view> frames;
    from.handler_->pull(limits::kWriteBytesMax, frames);
    const std::size_t taken = frames.empty() ? 0 : 1 + world_.random.below(frames.size());
    for (std::size_t i = 0; i < taken; ++i) from.outbox_ += frames[i];
    if (taken > 0) from.handler_->pulled(taken);
  }
  std::string bytes = from.outbox_.substr(0, most);
  from.outbox_.erase(0, bytes.size());
  return bytes;
}

void Wire::deliver(End& to, std::string bytes) {
  if (to.ended_ || cut_) return;
  if (!to.reading_) {
    to.arrived_.push_back(std::move(bytes));
    return;
  }
  feed(to, bytes);
}

void Wire::feed(End& to, const std::string& bytes) {
  if (to.ended_ || to.closing_ || !to.handler_) return;
  const bool fits = to.reader_.feed(bytes, [&](std::string_view payload) {
    if (on_delivery && !payload.empty()) on_delivery(1 - to.other_);
    if (to.ended_ || cut_) return false;
    if (!payload.empty()) to.handler_->on_frame(payload);
    return !to.ended_ && !to.closing_;
  });
  if (!fits) to.close({CloseReason::kFrameTooLarge, {}});
}

void Wire::cut() {
  if (std::exchange(cut_, true)) return;
  for (auto& end : ends_) {
    // One end may see a reset, the other only silence.
    const bool reset = world_.random.one_in(2);
    const Nanoseconds silent = limits::kDeadAfter;
    finish_later(end, {reset ? CloseReason::kConnectionReset : CloseReason::kTimedOut, {}},
                 reset ? world_.random.up_to(1s) : silent);
  }
}

void Wire::kill(std::size_t index) {
  End& end = ends_[index];
  end.ended_ = true;
  end.handler_.reset();
  finish_later(ends_[1 - index], {CloseReason::kConnectionReset, {}},
               world_.random.up_to(latency_));
}

void Wire::finish_later(End& end, Closed closed, Nanoseconds after) {
  world_.after(after, [this, &end, closed] { finish(end, closed); });
}

void Wire::finish(End& end, Closed closed) {
  if (std::exchange(end.ended_, true)) return;
  if (!end.handler_) return;
  end.handler_->on_closed(end.closing_.value_or(std::move(closed)));
  end.handler_.reset();
}

std::shared_ptr<Wire> World::connect(Nanoseconds latency) {
  wires_.push_back(std::make_shared<Wire>(*this, latency));
  return wires_.back();
}

void World::after(Nanoseconds delay, std::function<void()> action) {
  events.at(clock.steady() + delay, std::move(action));
}

void World::run_for(Nanoseconds duration) {
  const SteadyTime end = clock.steady() + duration;
  for (;;) {
    SteadyTime next = events.next().value_or(SteadyTime::max());
    for (const auto* process : processes_)
      next = std::min(next, process->next().value_or(SteadyTime::max()));
    if (next > end) break;
    clock.advance_to(next);
    events.run_due(clock.steady());
    const auto processes = processes_;
    for (auto* process : processes) {
      if (processes_.contains(process)) process->run_due(clock.steady());
    }
  }
  clock.advance_to(end);
}

}  // namespace picket::simulation
