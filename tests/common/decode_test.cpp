#include "common/decode.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include "common/limits.h"
#include "common/message_shapes.h"
#include "picket/v1/client_link.pb.h"
#include "picket/v1/node_link.pb.h"
#include "tests/support/catch.h"
#include "tests/support/proto_files.h"

namespace picket {
namespace {

using test::ProtoMessages;

const ProtoMessages& protocol() {
  static const ProtoMessages kMessages = test::read_protos(
      PICKET_SOURCE "/proto/picket/v1", {"model.proto", "execution.proto", "node_link.proto",
                                         "node_processes.proto", "client_link.proto"});
  return kMessages;
}

/// Whether a message of this type holds a repeated field, itself or further down.
bool holds_repeated(const std::string& type) {
  const auto found = protocol().find(type);
  if (found == protocol().end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [](const auto& field) {
    return field.repeated || holds_repeated(field.type);
  });
}

void compare(const std::string& type, const MessageShape& shape) {
  std::set<uint32_t> expected;
  for (const auto& field : protocol().at(type)) {
    if (!field.repeated && !holds_repeated(field.type)) continue;
    INFO(type << "." << field.name);
    expected.insert(field.number);
    const auto row = std::find_if(shape.fields.begin(), shape.fields.end(),
                                  [&](const auto& known) { return known.number == field.number; });
    REQUIRE(row != shape.fields.end());
    CHECK(row->repeated == field.repeated);
    CHECK((row->message != nullptr) == holds_repeated(field.type));
    if (row->message != nullptr) compare(field.type, *row->message);
  }
  for (const auto& row : shape.fields) CHECK(expected.contains(row.number));
}

/// A value whose rows are `count` empty sub-messages: two bytes each on the wire.
std::string empty_rows(std::size_t count) {
  v1::NodeToHub message;
  auto* rows = message.mutable_value()->mutable_sessions();
  for (std::size_t i = 0; i < count; ++i) rows->add_rows();
  return message.SerializeAsString();
}

long resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  }
  return 0;
}

}  // namespace

TEST_CASE("the shapes name every repeated field of the protocol, and nothing else") {
  compare("NodeToHub", shapes::kNodeToHub);
  compare("HubToNode", shapes::kHubToNode);
  compare("JoinRequest", shapes::kJoinRequest);
  compare("JoinReply", shapes::kJoinReply);
  compare("TokenPayload", shapes::kTokenPayload);
  compare("AgentToWireguardWatcher", shapes::kAgentToWireguardWatcher);
  compare("WireguardWatcherToAgent", shapes::kWireguardWatcherToAgent);
  compare("AgentToExecutor", shapes::kAgentToExecutor);
  compare("ExecutorToAgent", shapes::kExecutorToAgent);
  compare("AgentToKeyNamer", shapes::kAgentToKeyNamer);
  compare("KeyNamerToAgent", shapes::kKeyNamerToAgent);
  compare("ClientToHub", shapes::kClientToHub);
  compare("HubToClient", shapes::kHubToClient);
}

TEST_CASE("elements of repeated fields are counted through all levels") {
  v1::NodeToHub message;
  auto* value = message.mutable_value();
  value->mutable_health()->mutable_ok()->add_sources("utmp");
  for (int i = 0; i < 3; ++i) {
    auto* row = value->mutable_sessions()->add_rows();
    row->add_sources("utmp");
    row->add_sources("proc");
  }
  CHECK(count_elements(message.SerializeAsString(), shapes::kNodeToHub) == 1 + 3 + 6);
  CHECK(count_elements("", shapes::kNodeToHub) == 0);
}

TEST_CASE("a payload at the element limit is read, one past it is refused") {
  v1::NodeToHub message;
  CHECK(decode(empty_rows(limits::kFrameElementsMax), shapes::kNodeToHub, message));
  CHECK(message.value().sessions().rows_size() == static_cast<int>(limits::kFrameElementsMax));
  CHECK_FALSE(decode(empty_rows(limits::kFrameElementsMax + 1), shapes::kNodeToHub, message));
}

TEST_CASE("a frame of 256 KiB that would become many objects costs less than 8 MiB (T1)") {
  const std::string bomb = empty_rows(limits::kFrameBytesMax / 2 - 64);
  REQUIRE(bomb.size() <= limits::kFrameBytesMax);
  const long before = resident_kib();
  v1::NodeToHub message;
  CHECK_FALSE(decode(bomb, shapes::kNodeToHub, message));
  CHECK(resident_kib() - before < 8 * 1024);
}

TEST_CASE("what is no wire format, cut off or a group is refused") {
  v1::NodeToHub message;
  v1::NodeToHub hello;
  hello.mutable_hello()->mutable_peer()->set_program("picket-node");
  const std::string whole = hello.SerializeAsString();
  REQUIRE(decode(whole, shapes::kNodeToHub, message));
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    CHECK_FALSE(decode(whole.substr(0, cut), shapes::kNodeToHub, message));
  }
  CHECK_FALSE(decode("\x0b\x0c", shapes::kNodeToHub, message));               // a group
  CHECK_FALSE(decode(std::string(11, '\xff'), shapes::kNodeToHub, message));  // an endless varint
  CHECK_FALSE(decode("\x0a\x7f", shapes::kNodeToHub, message));  // a length past the end
}

TEST_CASE("text that is not UTF-8 is refused, so that no sender may leave it unrepaired") {
  v1::NodeToHub message;
  CHECK_FALSE(decode(std::string("\x0a\x04\x1a\x02\xff\xfe"), shapes::kNodeToHub, message));
}

TEST_CASE("fields of a newer version are skipped") {
  v1::NodeToHub message;
  const std::string newer = std::string("\xa2\x06\x03") + "new";  // field 100, three bytes
  REQUIRE(decode(newer, shapes::kNodeToHub, message));
  CHECK(message.message_case() == v1::NodeToHub::MESSAGE_NOT_SET);
}

}  // namespace picket
