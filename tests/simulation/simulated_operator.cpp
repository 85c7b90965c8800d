#include "tests/simulation/simulated_operator.h"

#include <stdexcept>
#include <utility>

#include "common/protocol.h"

namespace picket::simulation {

using namespace std::chrono_literals;

class SimulatedOperator::Handler final : public LinkHandler {
 public:
  explicit Handler(SimulatedOperator& owner) : owner_(owner) {}
  void on_frame(std::string_view payload) override {
    v1::HubToClient message;
    if (!message.ParseFromString(std::string(payload)))
      throw std::runtime_error("the hub sent garbage");
    owner_.on_message(message);
  }
  void on_closed(const Closed& /*closed*/) override { owner_.on_closed(); }

 private:
  SimulatedOperator& owner_;
};

SimulatedOperator::SimulatedOperator(World& world, SimulatedHub& hub) : world_(world), hub_(hub) {
  connect();
}

SimulatedOperator::~SimulatedOperator() {
  if (wire_) wire_->kill(0);
}

void SimulatedOperator::connect_later() {
  world_.after(world_.random.up_to(2s), [this] { connect(); });
}

void SimulatedOperator::connect() {
  wire_ = hub_.dial(world_.random.up_to(1ms));
  if (!wire_) return connect_later();
  wire_->attach(0, std::make_unique<Handler>(*this));
  hub_.accept_client(wire_);
  wire_->end(0).set_frame_bytes_max(limits::kFrameBytesMax);
  v1::ClientToHub hello;
  hello.set_request_id(next_request_++);
  *hello.mutable_hello()->mutable_peer() = protocol::self("picket", "simulated");
  wire_->end(0).send(encode_frame(hello));
  for (const auto& run : runs_) {
    if (!run->over && !run->id.empty()) attach(run);
  }
}

void SimulatedOperator::attach(const std::shared_ptr<Followed>& run) {
  run->place = 0;
  v1::ClientToHub request;
  request.mutable_attach_execution()->set_id(run->id);
  send(std::move(request), run);
}

void SimulatedOperator::send(v1::ClientToHub request, const std::shared_ptr<Followed>& run) {
  request.set_request_id(next_request_++);
  if (run) asked_[request.request_id()] = run;
  wire_->end(0).send(encode_frame(request));
}

// A run whose id was never told may have been run, or not: nobody can say, so it is over.
void SimulatedOperator::on_closed() {
  wire_.reset();
  for (const auto& [request, run] : std::exchange(asked_, {})) {
    if (run->id.empty()) run->over = true;
  }
  connect_later();
}

void SimulatedOperator::cut() {
  if (wire_) wire_->cut();
}

void SimulatedOperator::run(const std::string& node, const std::string& label,
                            uint64_t start_within_ms) {
  if (!wire_) return;
  auto run = std::make_shared<Followed>();
  run->node = node;
  runs_.push_back(run);
  v1::ClientToHub request;
  request.mutable_run()->set_node(node);
  request.mutable_run()->set_label(label);
  request.mutable_run()->set_start_within_ms(start_within_ms);
  send(std::move(request), run);
}

void SimulatedOperator::cancel_any() {
  if (!wire_ || runs_.empty()) return;
  const auto& run = runs_[world_.random.below(runs_.size())];
  if (run->over || run->id.empty()) return;
  v1::ClientToHub request;
  request.mutable_cancel_execution()->set_id(run->id);
  send(std::move(request), nullptr);
}

void SimulatedOperator::on_message(const v1::HubToClient& message) {
  const auto found = asked_.find(message.request_id());
  if (found == asked_.end()) return;
  const auto run = found->second;
  if (message.has_error()) {
    run->over = true;
    run->forgot = !run->id.empty();
    asked_.erase(found);
    return;
  }
  if (run->over && !message.has_end()) throw std::runtime_error("told after the end");
  if (message.has_execution()) {
    if (!run->id.empty() && run->id != message.execution().id())
      throw std::runtime_error("another execution");
    run->id = message.execution().id();
    run->started |= message.execution().started_unix_ns() != 0;
  } else if (message.has_execution_output()) {
    on_output(*run, message.execution_output());
  } else if (message.has_execution_ended()) {
    run->over = true;
    run->end = message.execution_ended().end();
    run->missed_at_end = message.execution_ended().missed_bytes();
  } else if (message.has_end()) {
    run->forgot = run->forgot || !run->over;
    run->over = true;
    asked_.erase(found);
  }
}

void SimulatedOperator::on_output(Followed& run, const v1::ExecutionOutput& output) {
  run.place += output.missed_bytes();
  for (const char letter : output.data()) {
    if (letter != SimulatedExecutor::letter(run.id, run.place))
      throw std::runtime_error("wrong output of " + run.id + " at " + std::to_string(run.place));
    ++run.place;
  }
}

}  // namespace picket::simulation
