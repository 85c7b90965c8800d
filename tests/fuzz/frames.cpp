// Bytes of a stream from a stranger: cut into frames, and each read as every message of the
// protocol.
#include <string>
#include <vector>

#include "common/decode.h"
#include "common/frame.h"
#include "common/message_shapes.h"
#include "picket/v1/client_link.pb.h"
#include "picket/v1/node_link.pb.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"

namespace picket::fuzz {
namespace {

struct Frames {
  std::vector<std::string> payloads;
  bool lost = false;
};

/// As they come out when the bytes come in pieces of at most `piece_bytes`.
Frames frames_of(std::string_view bytes, std::size_t piece_bytes) {
  Frames frames;
  FrameReader reader(limits::kFrameBytesUnauthenticatedMax);
  while (!bytes.empty() && !frames.lost) {
    const std::string_view piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    frames.lost = !reader.feed(piece, [&](std::string_view payload) {
      frames.payloads.emplace_back(payload);
      return true;
    });
    expect(
        reader.pending_bytes() <= limits::kFrameHeaderBytes + limits::kFrameBytesUnauthenticatedMax,
        "a reader holds no more than one frame");
  }
  return frames;
}

// What could be read can be written, and is then read as the same.
template <typename Message>
void read_as(std::string_view payload, const MessageShape& shape) {
  Message message;
  if (!decode(payload, shape, message)) return;
  expect(count_elements(payload, shape) <= limits::kFrameElementsMax, "elements have a limit");
  const std::string written = message.SerializeAsString();
  Message again;
  expect(decode(written, shape, again), "what was read can be read again");
  expect(again.SerializeAsString() == written, "and is the same");
}

void read_as_all(std::string_view payload) {
  read_as<v1::NodeToHub>(payload, shapes::kNodeToHub);
  read_as<v1::HubToNode>(payload, shapes::kHubToNode);
  read_as<v1::ClientToHub>(payload, shapes::kClientToHub);
  read_as<v1::HubToClient>(payload, shapes::kHubToClient);
  read_as<v1::JoinRequest>(payload, shapes::kJoinRequest);
  read_as<v1::JoinReply>(payload, shapes::kJoinReply);
  read_as<v1::TokenPayload>(payload, shapes::kTokenPayload);
  read_as<v1::Event>(payload, shapes::kEvent);
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  picket::silence_protobuf();
  Input input(data, size);
  const std::size_t piece_bytes = 1 + input.byte();
  const Frames whole = frames_of(input.rest(), SIZE_MAX);
  const Frames pieces = frames_of(input.rest(), piece_bytes);
  expect(whole.payloads == pieces.payloads && whole.lost == pieces.lost,
         "frames are the same whatever the pieces they come in");
  for (const auto& payload : whole.payloads) read_as_all(payload);
  read_as_all(input.rest());
  return 0;
}
