// A delivery with a far side and a disk that a test plays, and a clock that it moves.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integrations/delivery/delivery.h"
#include "tests/integrations/delivery/events.h"
#include "tests/support/virtual_clock.h"

namespace picket::delivery::test {

class Rig final : public Sender, public Place, public DeliveryObserver {
 public:
  using Texts = std::vector<std::string>;

  explicit Rig(RuleBook rules = {}) : book(std::move(rules)) { start(); }

  void start() {
    delivery.reset();
    waiting.clear();
    delivery = std::make_unique<Delivery>(
        DeliveryParts{clock, deadlines, *this, *this, *this, [] { return 0; }}, Milliseconds(0),
        book, saved);
  }

  void send(const Message& message, std::function<void(Outcome)> done) override {
    attempts.push_back(text_of(message));
    in_flight = {attempts.back(), std::move(done)};
    if (!holds) waiting.emplace_back([this] { answer(std::exchange(outcome, {})); });
  }
  void save(const v1::BridgeState& state, std::function<void(Status)> done) override {
    waiting.emplace_back([this, state, done = std::move(done)] {
      if (disk_full) return done(Error{"no space left"});
      saved = state;
      done({});
    });
  }
  void on_accepted() override {}
  void on_later(const std::string& why, Milliseconds /*pause*/) override {
    troubles.push_back("later: " + why);
  }
  void on_refused(const std::string& why) override { troubles.push_back("refused: " + why); }
  void on_not_saved(const std::string& why, Milliseconds /*pause*/) override {
    troubles.push_back("not saved: " + why);
  }

  /// The far side's verdict on what is on its way.
  void answer(const Outcome& verdict) {
    auto [text, done] = std::move(in_flight);
    if (verdict.kind == Outcome::Kind::kAccepted) told.push_back(text);
    done(verdict);
  }

  void settle() {
    for (;;) {
      deadlines.run_due(clock.steady());
      if (waiting.empty()) return;
      answer_next();
    }
  }
  void answer_next() {
    auto next = std::move(waiting.front());
    waiting.pop_front();
    next();
  }
  void advance(Nanoseconds by) {
    const SteadyTime end = clock.steady() + by;
    settle();
    for (auto next = deadlines.next(); next && *next <= end; next = deadlines.next()) {
      clock.advance_to(*next);
      settle();
    }
    clock.advance_to(end);
    settle();
  }
  WallTime now() const { return clock.wall(); }
  Status mute(Nanoseconds how_long, const std::string& what) {
    return delivery->mute({now() + how_long, what}, [this](const Status& is_saved) {
      mutes_saved.push_back(is_saved ? "saved" : is_saved.error());
    });
  }
  void login(const std::string& user = "alice", const std::string& node = "web1") {
    delivery->on_update(auth(++seq, "ssh.accepted", node, now(), user, "192.0.2.7"));
  }
  void failure(const std::string& source = "198.51.100.1", const std::string& attempt = {}) {
    delivery->on_update(auth(++seq, "ssh.failed", "web1", now(), "root", source, attempt));
  }

  static std::string text_of(const Message& message) {
    std::string text;
    for (const auto& paragraph : message.paragraphs)
      text += (paragraph.node.empty() ? "" : paragraph.node + ": ") + paragraph.text + "\n";
    return text + message.footer;
  }

  picket::test::VirtualClock clock;
  Deadlines deadlines;
  RuleBook book;
  v1::BridgeState saved;
  std::unique_ptr<Delivery> delivery;
  uint64_t seq = 0;
  Texts attempts;  // all that was sent
  Texts told;      // what was accepted
  Texts troubles;
  Texts mutes_saved;  // how each came to be on the disk
  Outcome outcome;
  bool holds = false;  // the far side says nothing
  bool disk_full = false;
  std::pair<std::string, std::function<void(Outcome)>> in_flight;
  std::deque<std::function<void()>> waiting;
};

}  // namespace picket::delivery::test
