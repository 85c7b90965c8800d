#include "tests/simulation/simulated_executor.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "common/limits.h"

namespace picket::simulation {
namespace {

using namespace std::chrono_literals;

constexpr auto kSocketDelay = 5ms;
constexpr auto kPause = 300ms;  // of a command, at most, between two writes
constexpr uint64_t kBytesMax = 400'000;

}  // namespace

char SimulatedExecutor::letter(const std::string& id, uint64_t place) {
  return static_cast<char>('a' + (place + place / 7919 + id.back()) % 26);
}

// ---- The socket: what is under way is lost with its connection.

void SimulatedExecutor::later(SteadyTime* last, std::function<void()> action) {
  *last = std::max(*last, world_.clock.steady() + world_.random.up_to(kSocketDelay));
  world_.events.at(*last, [this, connection = connection_, action = std::move(action)] {
    if (connection == connection_) action();
  });
}

void SimulatedExecutor::ask(std::function<void()> action) { later(&asked_, std::move(action)); }

void SimulatedExecutor::tell(v1::ExecutorToAgent message) {
  if (agent_ == nullptr) return;
  later(&told_, [this, message = std::move(message)]() mutable {
    agent_->on_executor(std::move(message));
  });
}

void SimulatedExecutor::join(Agent& agent) {
  ++connection_;
  agent_ = &agent;
  v1::ExecutorToAgent hello;
  hello.mutable_hello()->set_instance_id(instance());
  hello.mutable_hello()->set_running(static_cast<uint32_t>(running_.size()));
  tell(std::move(hello));
  v1::ExecutorToAgent commands;
  for (const char* label : {kContinues, kStops})
    commands.mutable_commands()->add_rows()->set_label(label);
  commands.mutable_commands()->set_instance_id(instance());
  tell(std::move(commands));
  for (const auto& [id, running] : running_) {
    v1::ExecutorToAgent message;
    message.mutable_running()->set_id(id);
    message.mutable_running()->set_label(running.label);
    message.mutable_running()->set_sent_bytes(running.sent);
    tell(std::move(message));
  }
}

void SimulatedExecutor::leave() {
  ++connection_;
  agent_ = nullptr;
  for (auto& [id, running] : running_) {
    running.credit = 0;
    running.cancelled |= running.label == kStops;
  }
}

void SimulatedExecutor::crash() {
  ++life_;
  for (const auto& [id, running] : running_) truth_[id].killed = true;
  running_.clear();
  ledger_ = {};
  ++connection_;
  if (Agent* agent = std::exchange(agent_, nullptr)) agent->on_executor_lost();
}

// ---- What it is asked.

void SimulatedExecutor::run(v1::RunCommand command) {
  ask([this, command = std::move(command)] { begin(command); });
}

void SimulatedExecutor::cancel(const std::string& id) {
  ask([this, id] {
    if (const auto found = running_.find(id); found != running_.end())
      found->second.cancelled = true;
  });
}

void SimulatedExecutor::add_credit(const std::string& id, uint64_t bytes) {
  ask([this, id, bytes] {
    if (const auto found = running_.find(id); found != running_.end())
      found->second.credit += bytes;
  });
}

void SimulatedExecutor::refuse(const std::string& id, v1::CommandRefusal refusal) {
  v1::ExecutorToAgent message;
  message.mutable_refused()->set_id(id);
  message.mutable_refused()->set_refusal(refusal);
  tell(std::move(message));
}

void SimulatedExecutor::begin(const v1::RunCommand& command) {
  const std::string& id = command.id();
  if (command.instance_id() != instance()) return refuse(id, v1::COMMAND_REFUSAL_STALE);
  if (ledger_.contains(id)) return refuse(id, v1::COMMAND_REFUSAL_SEEN);
  if (!ledger_.make_room(world_.clock.steady())) return refuse(id, v1::COMMAND_REFUSAL_BUSY);
  ledger_.add(id, world_.clock.steady());
  ++truth_[id].runs;
  running_[id] = {.label = command.label(),
                  .unwritten = world_.random.one_in(3) ? 0 : world_.random.below(kBytesMax),
                  .credit = command.credit_bytes()};
  v1::ExecutorToAgent message;
  message.mutable_started()->set_id(id);
  tell(std::move(message));
  go_on(id);
}

// ---- What it does.

void SimulatedExecutor::go_on(const std::string& id) {
  world_.after(world_.random.up_to(kPause), [this, id, life = life_] {
    const auto found = running_.find(id);
    if (life != life_ || found == running_.end()) return;
    if (found->second.cancelled || found->second.unwritten == 0) {
      // Its end waits for somebody to tell it to.
      if (agent_ != nullptr) return end(id);
    } else {
      write(id, found->second);
    }
    go_on(id);
  });
}

void SimulatedExecutor::write(const std::string& id, Running& running) {
  const uint64_t bytes = std::min<uint64_t>(
      running.unwritten, 1 + world_.random.below(2 * limits::kOutputChunkBytesMax));
  Truth& truth = truth_[id];
  for (uint64_t left = bytes; left > 0;) {
    uint64_t piece = std::min<uint64_t>(left, limits::kOutputChunkBytesMax);
    if (agent_ == nullptr) {
      running.missed += piece;
    } else {
      piece = std::min(piece, running.credit);
      if (piece == 0) return;  // its pipe is full
      running.credit -= piece;
      v1::ExecutorToAgent message;
      auto& output = *message.mutable_output();
      output.set_id(id);
      output.set_stream(v1::ExecutionOutput::STREAM_STDOUT);
      output.set_missed_bytes(std::exchange(running.missed, 0));
      running.sent = truth.bytes + piece;
      for (uint64_t i = 0; i < piece; ++i)
        output.mutable_data()->push_back(letter(id, truth.bytes + i));
      tell(std::move(message));
    }
    truth.bytes += piece;
    running.unwritten -= piece;
    left -= piece;
  }
}

void SimulatedExecutor::end(const std::string& id) {
  Running& running = running_.at(id);
  Truth& truth = truth_[id];
  v1::ExecutionEnd end;
  if (running.cancelled) {
    end.set_kind(v1::ExecutionEnd::KIND_CANCELLED);
  } else {
    end.set_kind(v1::ExecutionEnd::KIND_EXITED);
    end.set_code(static_cast<uint32_t>(world_.random.below(3)));
  }
  end.set_stdout_bytes(truth.bytes);
  truth.end = end;
  v1::ExecutorToAgent message;
  message.mutable_ended()->set_id(id);
  *message.mutable_ended()->mutable_end() = std::move(end);
  message.mutable_ended()->set_missed_bytes(running.missed);
  running_.erase(id);
  tell(std::move(message));
}

}  // namespace picket::simulation
