// A node that was taken over, against a whole hub: what it says on one link or several with its one
// identity must never harm the hub, another node, or a client.
#include <memory>
#include <string>
#include <vector>

#include "common/decode.h"
#include "common/message_shapes.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/link_rules.h"
#include "tests/fuzz/steps.h"
#include "tests/support/hub_rig.h"

namespace picket::fuzz {
namespace {

constexpr std::size_t kLinksMax = 4;
constexpr std::size_t kDeadlinesMax = 64;

class Scene {
 public:
  Scene() : rig_({"honest", "taken"}) {
    watcher_ = rig_.subscriber(test::live_subscribe());
    honest_ = rig_.connect_node("honest");
    honest_->say(test::HubRig::sessions({"alice"}));
    honest_->peer.sent.clear();
    rig_.settle();
    (void)told(*watcher_);
    open_link();
  }

  void take(const Step& step) {
    if (step.frame) {
      say(*step.frame);
    } else {
      switch (step.what % 5) {
        case 0: rig_.advance(Milliseconds(50) * (1 + step.how)); break;
        case 1: rig_.advance(limits::kProbeTimeout); break;
        case 2: open_link(); break;
        case 3: show_all(); break;
        default: rig_.journal.full = !rig_.journal.full; break;
      }
    }
    rig_.settle();
    check();
  }

  void end() {
    for (auto& link : links_) link->end();
    rig_.advance(limits::kStartQuiet + limits::kDeadAfter);
    check();
    const auto* taken = rig_.hub->state().find("taken");
    expect(taken != nullptr && taken->state != v1::NodeSummary::STATE_CONNECTED,
           "a node without a link is not connected");
  }

 private:
  void open_link() {
    if (links_.size() == kLinksMax) {
      links_.front()->end();
      links_.erase(links_.begin());
    }
    links_.push_back(rig_.node_link("taken"));
  }

  void say(std::string_view payload) {
    auto& link = *links_.back();
    if (payload.empty() || !link.handler || payload.size() > link.peer.frame_bytes_max) return;
    link.handler->on_frame(payload);
  }

  // A client asks for what nodes know only when asked.
  void show_all() {
    auto client = rig_.connect_client();
    v1::ClientToHub request;
    request.set_request_id(2);
    request.mutable_show_nodes();
    client->say(request);
    rig_.settle();
    (void)told(*client);
    client->end();
  }

  void check() {
    for (auto& link : links_) check_link(*link);
    for (const auto& message : told(*watcher_)) {
      if (!message.has_update()) continue;
      expect(message.update().seq() > last_seq_, "updates come in the order of their seq");
      last_seq_ = message.update().seq();
      expect(message.update().node() != "honest", "a node speaks of itself only");
    }
    const auto* honest = rig_.hub->state().find("honest");
    expect(honest != nullptr && honest->state == v1::NodeSummary::STATE_CONNECTED &&
               honest->resources.at("sessions").sessions.size() == 1,
           "another node's value stays what it was");
    expect(!honest_->peer.closed, "another node's link stays");
    expect(!watcher_->peer.closed, "a client's link stays");
    expect(rig_.hub->state().bytes_beside("taken", {}) <= limits::kNodeValuesBytesMax,
           "the values of a node are bounded");
    expect(rig_.hub->log_intake().positions().stored("taken").size() <= limits::kLogInstancesMax,
           "the positions of a node are bounded");
    expect(rig_.deadlines.size() <= kDeadlinesMax, "what is to be done later is bounded");
  }

  void check_link(test::RigLink& link) {
    if (!link.handler) return;
    std::size_t bytes = 0;
    for (const auto& frame : std::exchange(link.peer.sent, {})) {
      bytes += frame.size();
      (void)message_in<v1::HubToNode>(frame, shapes::kHubToNode);
    }
    expect(bytes <= limits::kOutboxBytesMax, "no step fills an outbox");
    if (!link.peer.closed) return;
    expect_named(*link.peer.closed);
    link.end();
  }

  test::HubRig rig_;
  std::unique_ptr<test::RigLink> watcher_;
  std::unique_ptr<test::RigLink> honest_;
  std::vector<std::unique_ptr<test::RigLink>> links_;
  uint64_t last_seq_ = 0;
};

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  return play(data, size, [](uint8_t /*unused*/) { return Scene(); });
}
