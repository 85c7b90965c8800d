// The simulated world: one virtual clock, one stream of random numbers from a seed, and wires
// between processes that delay, cut and fall silent. Everything that happens follows from the seed.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "common/deadlines.h"
#include "common/frame.h"
#include "common/peer.h"
#include "tests/support/virtual_clock.h"

namespace picket::simulation {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  /// 0 .. n-1
  uint64_t below(uint64_t n) { return n == 0 ? 0 : engine_() % n; }
  bool one_in(uint64_t n) { return below(n) == 0; }
  Nanoseconds up_to(Nanoseconds most) {
    return Nanoseconds(static_cast<int64_t>(below(static_cast<uint64_t>(most.count()) + 1)));
  }

 private:
  std::mt19937_64 engine_;
};

class Wire;

/// One end of a wire, as the core at it sees it.
class End final : public Peer {
 public:
  void send(std::string frame) override;
  void wake() override;
  void set_reading(bool reading) override;
  void set_frame_bytes_max(std::size_t bytes) override { reader_.set_bytes_max(bytes); }
  Nanoseconds silence() const override { return {}; }
  void close(Closed closed) override;

  std::size_t outbox_bytes() const { return outbox_.size(); }

 private:
  friend class Wire;
  Wire* wire_ = nullptr;
  std::size_t other_ = 0;
  std::unique_ptr<LinkHandler> handler_;
  FrameReader reader_{limits::kFrameBytesUnauthenticatedMax};
  std::string outbox_;               // sent, not yet on the wire
  std::deque<std::string> arrived_;  // waits for set_reading(true)
  std::size_t in_flight_ = 0;        // bytes on their way to the other end
  SteadyTime last_delivery_;         // pieces arrive in order
  bool reading_ = true;
  bool ended_ = false;  // closed by its core, or its process died
  bool pumping_ = false;
  std::optional<Closed> closing_;
};

class World;

/// A connection between two processes.
class Wire {
 public:
  Wire(World& world, Nanoseconds latency);

  /// Puts a core's handler at an end (0: who dialled, 1: who accepted).
  void attach(std::size_t end, std::unique_ptr<LinkHandler> handler) {
    ends_[end].handler_ = std::move(handler);
  }
  End& end(std::size_t index) { return ends_[index]; }

  /// Called before each frame that is delivered, with the end that it is for.
  std::function<void(std::size_t end)> on_delivery;

  /// The network breaks it: each end learns of it at a time of its own, at the latest by silence.
  void cut();
  /// The process at this end died: its handler hears nothing any more, the other end soon.
  void kill(std::size_t end);
  bool over() const {
    return ends_[0].ended_ && ends_[1].ended_ && !ends_[0].handler_ && !ends_[1].handler_;
  }
  bool open() const { return !cut_ && !ends_[0].ended_ && !ends_[1].ended_; }

 private:
  friend class End;
  void pump(End& from);
  void pump_later(End& from);
  std::string take(End& from, std::size_t most);
  void deliver(End& to, std::string bytes);
  void feed(End& to, const std::string& bytes);
  void finish(End& end, Closed closed);
  void finish_later(End& end, Closed closed, Nanoseconds after);

  World& world_;
  Nanoseconds latency_;
  End ends_[2];
  bool cut_ = false;
};

class World {
 public:
  explicit World(uint64_t seed) : random(seed) {}

  test::VirtualClock clock;
  Random random;
  Deadlines events;  // of the network and of the test's own actors

  /// Deadlines of a process, as long as it lives.
  void add(Deadlines& deadlines) { processes_.insert(&deadlines); }
  void remove(Deadlines& deadlines) { processes_.erase(&deadlines); }

  std::shared_ptr<Wire> connect(Nanoseconds latency);
  void after(Nanoseconds delay, std::function<void()> action);
  void run_for(Nanoseconds duration);

  /// The most bytes that ever waited in one outbox.
  std::size_t outbox_bytes_seen = 0;

 private:
  std::set<Deadlines*> processes_;
  std::list<std::shared_ptr<Wire>> wires_;
};

}  // namespace picket::simulation
