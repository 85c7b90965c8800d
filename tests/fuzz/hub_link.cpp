// A hostile hub, against the node's end of their link.
#include "node/core/hub_link.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/decode.h"
#include "common/frame.h"
#include "common/message_shapes.h"
#include "common/protocol.h"
#include "node/core/agent.h"
#include "node/core/log_feed.h"
#include "node/core/log_feeds.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/link_rules.h"
#include "tests/fuzz/steps.h"
#include "tests/support/fake_log.h"
#include "tests/support/fake_peer.h"
#include "tests/support/memory_bookmark.h"
#include "tests/support/virtual_clock.h"

namespace picket::fuzz {
namespace {

constexpr std::size_t kRefreshesKept = 16;

v1::NodeHello hello() {
  v1::NodeHello hello;
  *hello.mutable_peer() = protocol::self("picket-node", "node-1");
  hello.set_folder_id("folder");
  hello.add_resources("sessions");
  hello.add_resources("auth_log");
  return hello;
}

v1::ResourceValue value(const std::string& resource) {
  v1::ResourceValue value;
  value.set_resource(resource);
  value.mutable_health()->mutable_ok()->add_sources("utmp");
  value.mutable_sessions()->add_rows()->set_key("alice");
  return value;
}

class Scene final : public node::HubLinkObserver {
 public:
  Scene() {
    feeds_.set_host(&host_);
    agent_.publish(value("sessions"));
    agent_.publish(value("auth_log"));
    write_log(3);
  }
  ~Scene() override { feeds_.set_host(nullptr); }

  void on_welcome(const v1::Welcome&) override { expect(++welcomes_ == 1, "one welcome"); }
  void on_refused(const v1::Refusal&) override {}
  void on_renewed(const v1::Renewed&) override {}
  void on_closed(const Closed&) override { ++closes_; }

  void take(const Step& step) {
    if (step.frame) {
      hear(*step.frame);
    } else {
      switch (step.what % 4) {
        case 0: agent_.publish(value("sessions")); break;
        case 1: answer_refresh(); break;
        case 2: write_log(step.how); break;
        default: take_log(step.how); break;
      }
    }
    check();
  }

  void end() {
    if (peer_.closed) expect_named(*peer_.closed);
    link_.on_closed(peer_.closed.value_or(Closed{CloseReason::kPeerClosed, {}}));
    expect(closes_ == 1, "a link ends once");
  }

 private:
  void hear(std::string_view payload) {
    if (payload.empty() || payload.size() > peer_.frame_bytes_max) return;
    v1::HubToNode message;
    if (decode(payload, shapes::kHubToNode, message)) {
      granted_ = std::max(
          {granted_, message.welcome().log_events_granted(), message.log_granted().events()});
    }
    link_.on_frame(payload);
  }

  void answer_refresh() {
    if (refreshes_.empty()) return;
    const auto [resource, answer] = std::move(refreshes_.back());
    refreshes_.pop_back();
    answer(value(resource));
  }

  void write_log(uint8_t how) {
    if (how >= 0xF0) log_.rotate();
    for (int lines = 0; lines <= how % 8; ++lines) {
      clock_.advance(Milliseconds(100));
      log_.add_failure("alice", clock_.wall());
    }
    feeds_.wake();
  }

  // Time passes, and the socket has room for some of what there is.
  void take_log(uint8_t how) {
    clock_.advance(Milliseconds(100) * how);
    for (int frames = 0; frames < how % 4; ++frames) {
      std::vector<std::string_view> pulled;
      link_.pull(limits::kWriteBytesMax, pulled);
      if (pulled.empty()) return;
      const auto message = message_in<v1::NodeToHub>(pulled.front(), shapes::kNodeToHub);
      expect(welcomes_ == 1, "no log is told before the welcome");
      told_ += static_cast<uint64_t>(message.log_events().events_size());
      expect(told_ <= granted_, "no more is told of the log than was granted");
      link_.pulled(1);
    }
  }

  void check() {
    for (const auto& frame : std::exchange(peer_.sent, {})) {
      const auto message = message_in<v1::NodeToHub>(frame, shapes::kNodeToHub);
      expect(message.has_hello() == !std::exchange(said_hello_, true), "hello is said once, first");
      expect(message.has_hello() || welcomes_ == 1, "nothing else is said before the welcome");
    }
  }

  void remember(const std::string& resource, node::Agent::Answer answer) {
    if (refreshes_.size() < kRefreshesKept) refreshes_.emplace_back(resource, std::move(answer));
  }

  std::vector<std::pair<std::string, node::Agent::Answer>> refreshes_;
  test::VirtualClock clock_;
  node::Agent agent_{hello(), clock_,
                     [this](const std::string& resource, node::Agent::Answer answer) {
                       remember(resource, std::move(answer));
                     }};
  test::FakeLog log_;
  test::FakeLogHost host_{log_};
  node::LogFeeds feeds_;
  test::MemoryBookmark bookmark_;
  node::LogFeed feed_{feeds_, clock_, bookmark_, WallTime{}};
  node::EventFeed events_{nullptr, bookmark_};
  node::ExecutionFeeds execution_feeds_;
  node::ExecutionFeed executions_{execution_feeds_, "h"};
  uint64_t granted_ = 0;
  uint64_t told_ = 0;
  test::FakePeer peer_;
  int welcomes_ = 0;
  int closes_ = 0;
  bool said_hello_ = false;
  node::HubLink link_{agent_, {feed_, events_, executions_}, peer_, *this};
};

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  return play(data, size, [](uint8_t /*unused*/) { return Scene(); });
}
