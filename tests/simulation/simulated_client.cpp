#include <stdexcept>
#include <utility>

#include "common/protocol.h"
#include "tests/simulation/actors.h"

namespace picket::simulation {

using namespace std::chrono_literals;

class SimulatedClient::Handler final : public LinkHandler {
 public:
  explicit Handler(SimulatedClient& client) : client_(client) {}
  void on_frame(std::string_view payload) override {
    v1::HubToClient message;
    if (!message.ParseFromString(std::string(payload)))
      throw std::runtime_error("the hub sent garbage");
    client_.on_message(message);
  }
  void on_closed(const Closed& /*closed*/) override {
    client_.wire_.reset();
    client_.connect_later();
  }

 private:
  SimulatedClient& client_;
};

SimulatedClient::SimulatedClient(World& world, SimulatedHub& hub, Ceiling ceiling)
    : world_(world), hub_(hub), ceiling_(ceiling) {
  connect();
}

void SimulatedClient::connect_later() {
  world_.after(world_.random.up_to(2s), [this] { connect(); });
}

void SimulatedClient::connect() {
  wire_ = hub_.dial(world_.random.up_to(1ms));
  if (!wire_) return connect_later();
  wire_->attach(0, std::make_unique<Handler>(*this));
  hub_.accept_client(wire_);
  wire_->end(0).set_frame_bytes_max(limits::kFrameBytesMax);
  v1::ClientToHub hello;
  hello.set_request_id(1);
  *hello.mutable_hello()->mutable_peer() = protocol::self("picket", "simulated");
  wire_->end(0).send(encode_frame(hello));
  v1::ClientToHub request;
  request.set_request_id(2);
  auto* subscribe = request.mutable_subscribe();
  subscribe->set_ceiling(durable() ? v1::Subscribe::CEILING_DURABLE : v1::Subscribe::CEILING_LIVE);
  // Without a complete picture it begins again with a snapshot; else it goes on after its last seq.
  if (live_) {
    subscribe->set_after_seq(seq_);
  } else {
    picture_.clear();
    subscribe->set_head(true);
    subscribe->set_snapshot(true);
  }
  wire_->end(0).send(encode_frame(request));
}

void SimulatedClient::cut() {
  if (wire_) wire_->cut();
}

void SimulatedClient::pause(Nanoseconds duration) {
  if (!wire_) return;
  wire_->end(0).set_reading(false);
  world_.after(duration, [wire = wire_] { wire->end(0).set_reading(true); });
}

void SimulatedClient::on_message(const v1::HubToClient& message) {
  if (message.has_rows()) {
    for (const auto& row : message.rows().sessions().rows())
      picture_[message.rows().node()].insert(row.key());
  } else if (message.has_live()) {
    if (!first_after_) first_after_ = message.live().seq();
    // After a new snapshot what lies between is known by its result.
    if (!live_ && seq_ != 0 && message.live().seq() > seq_)
      missed_.emplace_back(seq_ + 1, message.live().seq());
    if (!live_) seq_ = message.live().seq();
    live_ = true;
  } else if (message.has_progress()) {
    seq_ = message.progress().seq();
  } else if (message.has_missed()) {
    missed_.emplace_back(message.missed().first_seq(), message.missed().last_seq());
    if (message.missed().first_seq() <= seq_)
      throw std::runtime_error("missed begins before the cursor");
    seq_ = message.missed().last_seq();
    live_ = false;  // the picture has a hole: begin anew
    wire_->end(0).close({CloseReason::kPeerClosed, "missed"});
  } else if (message.has_update()) {
    on_update(message.update());
  } else if (message.has_error()) {
    throw std::runtime_error("the hub refused: " + message.error().text());
  }
}

void SimulatedClient::on_update(const v1::Update& update) {
  if (update.seq() <= seq_) throw std::runtime_error("seq did not rise");
  seq_ = update.seq();
  seqs_.push_back(update.seq());
  if (!update.change().has_sessions()) return;
  auto& users = picture_[update.node()];
  for (const auto& row : update.change().sessions().added()) users.insert(row.key());
  for (const auto& key : update.change().sessions().removed_keys()) users.erase(key);
}

}  // namespace picket::simulation
