// A hostile hub, against the client's end of the socket.
#include "client/lib/hub_session.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/decode.h"
#include "common/frame.h"
#include "common/message_shapes.h"
#include "common/protocol.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/link_rules.h"
#include "tests/fuzz/steps.h"
#include "tests/support/fake_peer.h"

namespace picket::fuzz {
namespace {

class Scene {
 public:
  void take(const Step& step) {
    if (step.frame) {
      hear(*step.frame);
    } else if (session_.ready()) {
      ask(step.what);
    }
    expect(session_.open_requests() <= limits::kRequestsOpenMax, "open requests are bounded");
    for (const auto& frame : std::exchange(peer_.sent, {})) {
      (void)message_in<v1::ClientToHub>(frame, shapes::kClientToHub);
    }
  }

  void end() {
    if (peer_.closed) expect_named(*peer_.closed);
    expect(times_lost_ == 0, "a session is lost when its link has closed, not before");
    session_.on_closed(peer_.closed.value_or(Closed{CloseReason::kPeerClosed, {}}));
    expect(times_lost_ == 1, "a session is lost once");
    for (const auto& ends : ends_) expect(*ends == 1, "each request has exactly one end");
  }

 private:
  client::HubSession::Events events() {
    return {.on_ready = [this](const v1::HubHello&) { expect(++times_ready_ == 1, "one hello"); },
            .on_subscription =
                [this](const v1::HubToClient&) {
                  expect(times_ready_ == 1, "nothing is told before the hello");
                },
            .on_lost = [this](const client::Failure&) { ++times_lost_; }};
  }

  void hear(std::string_view payload) {
    if (payload.empty() || payload.size() > peer_.frame_bytes_max) return;
    session_.on_frame(payload);
  }

  void ask(uint8_t what) {
    auto ends = std::make_shared<int>(0);
    ends_.push_back(ends);
    v1::ClientToHub request;
    if (what % 2 == 0) {
      request.mutable_list_nodes();
    } else {
      request.mutable_subscribe();
    }
    session_.request(std::move(request),
                     {.on_item =
                          [ends](const v1::HubToClient&) {
                            expect(*ends == 0, "nothing comes after the end of a request");
                          },
                      .on_end = [ends] { ++*ends; },
                      .on_failure = [ends](const client::Failure&) { ++*ends; }});
  }

  test::FakePeer peer_;
  int times_ready_ = 0;
  int times_lost_ = 0;
  std::vector<std::shared_ptr<int>> ends_;
  client::HubSession session_{peer_, protocol::self("picket", "client-1"), events()};
};

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  return play(data, size, [](uint8_t /*unused*/) { return Scene(); });
}
