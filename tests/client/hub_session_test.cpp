#include "client/lib/hub_session.h"

#include <cstdint>
#include <string>
#include <vector>

#include "common/frame.h"
#include "common/limits.h"
#include "common/protocol.h"
#include "tests/client/samples.h"
#include "tests/support/catch.h"

namespace picket::client {
namespace {

// The connection as the session sees it; keeps what was sent.
class FakePeer final : public Peer {
 public:
  void send(std::string frame) override {
    v1::ClientToHub message;
    REQUIRE(message.ParseFromString(frame.substr(limits::kFrameHeaderBytes)));
    sent.push_back(message);
  }
  void wake() override {}
  void set_reading(bool) override {}
  void set_frame_bytes_max(std::size_t bytes) override { frame_bytes_max = bytes; }
  Nanoseconds silence() const override { return {}; }
  void close(Closed reason) override { closed = reason; }

  std::vector<v1::ClientToHub> sent;
  std::size_t frame_bytes_max = 0;
  std::optional<Closed> closed;
};

struct Log {
  std::vector<std::string> lines;
  Failure lost;

  HubSession::Events events() {
    HubSession::Events events;
    events.on_ready = [this](const v1::HubHello& hello) {
      lines.push_back("ready " + hello.hub_id());
    };
    events.on_subscription = [this](const v1::HubToClient& frame) {
      lines.push_back("frame " + std::to_string(frame.message_case()));
    };
    events.on_lost = [this](const Failure& failure) {
      lines.emplace_back("lost");
      lost = failure;
    };
    return events;
  }
  Reply reply(const std::string& name) {
    Reply reply;
    reply.on_item = [this, name](const v1::HubToClient&) { lines.push_back(name + " item"); };
    reply.on_end = [this, name] { lines.push_back(name + " end"); };
    reply.on_failure = [this, name](const Failure& failure) {
      lines.push_back(name + " failed: " + failure.text);
    };
    return reply;
  }
};

v1::HubToClient hello(uint32_t min, uint32_t max) {
  v1::HubToClient frame;
  frame.mutable_hello()->set_hub_id("h1");
  frame.mutable_hello()->mutable_peer()->set_protocol_min(min);
  frame.mutable_hello()->mutable_peer()->set_protocol_max(max);
  frame.mutable_hello()->mutable_peer()->set_version("9.9");
  return frame;
}

v1::HubToClient end(uint64_t id) {
  v1::HubToClient frame;
  frame.set_request_id(id);
  frame.mutable_end();
  return frame;
}

v1::HubToClient error(uint64_t id, v1::Error::Code code) {
  v1::HubToClient frame;
  frame.set_request_id(id);
  frame.mutable_error()->set_code(code);
  frame.mutable_error()->set_text("no");
  return frame;
}

v1::HubToClient node(uint64_t id) {
  v1::HubToClient frame;
  frame.set_request_id(id);
  *frame.mutable_node() = samples::node("web1", samples::ok_health(), 0);
  return frame;
}

v1::ClientToHub status_request() {
  v1::ClientToHub request;
  request.mutable_get_status();
  return request;
}

void feed(HubSession& session, const v1::HubToClient& frame) {
  session.on_frame(frame.SerializeAsString());
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a session says hello first, and is ready with the hub's") {
  FakePeer peer;
  Log log;
  HubSession session(peer, protocol::self("test", "1"), log.events());
  REQUIRE(peer.sent.size() == 1);
  CHECK(peer.sent[0].hello().peer().program() == "test");
  CHECK_FALSE(session.ready());
  feed(session, hello(1, 3));
  CHECK(session.ready());
  CHECK(peer.frame_bytes_max == limits::kFrameBytesMax);
  CHECK(log.lines == Lines{"ready h1"});
}

TEST_CASE("a hub without a common version ends the session with both sides' way out") {
  FakePeer peer;
  Log log;
  HubSession session(peer, protocol::self("test", "1"), log.events());
  feed(session, hello(2, 3));
  REQUIRE(peer.closed);
  CHECK(peer.closed->reason == CloseReason::kProtocolVersion);
  session.on_closed(*peer.closed);
  CHECK(log.lost.kind == Failure::Kind::kProtocol);
  CHECK(log.lost.text == "no common protocol version: this program (" +
                             std::string(protocol::kProgramVersion) +
                             ") speaks 1, the peer (9.9) 2 to 3; upgrade this program");
}

TEST_CASE("what isn't a hello in its place, or no message at all, ends the session") {
  const std::vector<std::string> payloads = {
      end(1).SerializeAsString(), std::string("\xff\xff", 2),
      error(0, v1::Error::CODE_NOT_PERMITTED).SerializeAsString()};
  for (const std::string& payload : payloads) {
    FakePeer peer;
    Log log;
    HubSession session(peer, protocol::self("test", "1"), log.events());
    session.on_frame(payload);
    REQUIRE(peer.closed);
    feed(session, hello(1, 1));
    CHECK_FALSE(session.ready());
  }
}

TEST_CASE("replies find their requests, whatever their order") {
  FakePeer peer;
  Log log;
  HubSession session(peer, protocol::self("test", "1"), log.events());
  feed(session, hello(1, 1));
  session.request(status_request(), log.reply("a"));
  session.request(status_request(), log.reply("b"));
  const uint64_t a = peer.sent.at(1).request_id();
  const uint64_t b = peer.sent.at(2).request_id();
  CHECK(a != b);
  feed(session, node(b));
  feed(session, node(a));
  feed(session, error(b, v1::Error::CODE_NO_SUCH_NODE));
  feed(session, end(a));
  feed(session, end(a));
  feed(session, node(77));
  CHECK(log.lines == Lines{"ready h1", "b item", "a item", "b failed: no", "a end"});
  CHECK(session.open_requests() == 0);
}

TEST_CASE("frames of the subscription carry no id and go their own way") {
  FakePeer peer;
  Log log;
  HubSession session(peer, protocol::self("test", "1"), log.events());
  feed(session, hello(1, 1));
  feed(session, node(0));
  v1::HubToClient live;
  live.mutable_live()->set_seq(7);
  feed(session, live);
  CHECK(log.lines == Lines{"ready h1", "frame 5", "frame 21"});
}

TEST_CASE("a lost connection fails what is open, then says so once") {
  FakePeer peer;
  Log log;
  HubSession session(peer, protocol::self("test", "1"), log.events());
  feed(session, hello(1, 1));
  session.request(status_request(), log.reply("a"));
  session.on_closed({CloseReason::kConnectionReset, ""});
  CHECK(log.lines == Lines{"ready h1",
                           "a failed: the connection to the hub was lost: connection_reset",
                           "lost"});
  CHECK(log.lost.kind == Failure::Kind::kUnreachable);
}

TEST_CASE("as many requests may be open as the hub allows, and not one more") {
  FakePeer peer;
  Log log;
  HubSession session(peer, protocol::self("test", "1"), log.events());
  feed(session, hello(1, 1));
  for (std::size_t i = 0; i < limits::kRequestsOpenMax; ++i) {
    session.request(status_request(), log.reply("a"));
  }
  CHECK(log.lines.size() == 1);
  session.request(status_request(), log.reply("b"));
  CHECK(log.lines.back() == "b failed: too many unanswered requests");
  feed(session, end(1));
  session.request(status_request(), log.reply("c"));
  CHECK(session.open_requests() == limits::kRequestsOpenMax);
}

TEST_CASE("a hub's error is told in the terms of a client") {
  v1::Error error;
  error.set_code(v1::Error::CODE_NOT_PERMITTED);
  CHECK(failure_of(error).kind == Failure::Kind::kNotPermitted);
  error.set_code(v1::Error::CODE_NO_SUCH_NODE);
  CHECK(failure_of(error).kind == Failure::Kind::kNoSuchNode);
  error.set_code(v1::Error::CODE_PROTOCOL_VERSION);
  CHECK(failure_of(error).kind == Failure::Kind::kProtocol);
  error.set_code(v1::Error::CODE_UNSUPPORTED);
  CHECK(failure_of(error).text == "the hub is too old for this request");
  error.set_code(v1::Error::CODE_BUSY);
  CHECK(failure_of(error).kind == Failure::Kind::kRefused);
}

}  // namespace picket::client
