#include "node/core/event_link.h"

#include <optional>

#include "common/frame.h"
#include "common/limits.h"
#include "picket/v1/event_socket.pb.h"
#include "tests/support/catch.h"
#include "tests/support/fake_peer.h"
#include "tests/support/memory_spool_file.h"
#include "tests/support/virtual_clock.h"

namespace picket::node {
namespace {

std::string payload_of(const google::protobuf::MessageLite& message) {
  return encode_frame(message).substr(limits::kFrameHeaderBytes);
}

v1::EventRequest request(const std::string& kind) {
  v1::EventRequest request;
  request.set_kind(kind);
  return request;
}

struct Fixture {
  /// What one program is told.
  v1::EventReply ask(const std::string& payload, uint32_t uid = 1000) {
    test::FakePeer peer;
    EventLink link({spool, rates, clock}, peer, uid);
    link.on_frame(payload);
    const auto replies = peer.take<v1::EventReply>();
    REQUIRE(replies.size() == 1);
    return replies[0];
  }

  test::VirtualClock clock;
  test::MemorySpoolFile file;
  EventSpool spool{file, file.contents, true};
  EventRates rates;
};

}  // namespace

TEST_CASE("an event is answered once it is stored, with the time and the caller's uid") {
  Fixture f;
  CHECK(f.ask(payload_of(request("a"))).accepted());
  const auto* stored = f.spool.after(0);
  REQUIRE(stored != nullptr);
  CHECK(stored->at_unix_ns() == to_unix_ns(f.clock.wall()));
  v1::Event event;
  REQUIRE(event.ParseFromString(stored->event()));
  CHECK(event.kind() == "local.a");
  CHECK(event.local().uid() == 1000);
}

TEST_CASE("what is wrong, too much or can't be stored is refused in words") {
  Fixture f;
  CHECK(f.ask(payload_of(request("A"))).refused().starts_with("a kind has"));
  CHECK(f.ask("\xff\xff").refused() == "not a request for an event");
  f.file.failure = "no space";
  CHECK(f.ask(payload_of(request("a"))).refused() == "it can't be stored: no space");
  f.file.failure.clear();
  std::optional<v1::EventReply> last;
  for (std::size_t i = 0; i < limits::kLocalEventsBurst; ++i)
    last = f.ask(payload_of(request("a")), 7);
  CHECK(last->accepted());
  CHECK(f.ask(payload_of(request("a")), 7).refused().starts_with("too many events of uid 7"));
}

TEST_CASE("a second request ends the link, and an answer to one who has gone goes nowhere") {
  Fixture f;
  f.file.is_slow = true;
  {
    test::FakePeer peer;
    EventLink link({f.spool, f.rates, f.clock}, peer, 0);
    link.on_frame(payload_of(request("a")));
    CHECK(peer.sent.empty());
    link.on_frame(payload_of(request("b")));
    CHECK(peer.closed->reason == CloseReason::kProtocolError);
    link.on_closed(*peer.closed);
    f.file.finish();
    CHECK(peer.sent.empty());
  }
  CHECK(f.spool.last() == 1);
}

}  // namespace picket::node
