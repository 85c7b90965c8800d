#include "common/frame.h"

#include <string>
#include <vector>

#include "picket/v1/node_link.pb.h"
#include "tests/support/catch.h"

namespace picket {
namespace {

std::vector<std::string> read_in_pieces(const std::string& bytes, std::size_t first,
                                        std::size_t second) {
  FrameReader reader(limits::kFrameBytesMax);
  std::vector<std::string> payloads;
  const auto keep = [&](std::string_view payload) {
    payloads.emplace_back(payload);
    return true;
  };
  CHECK(reader.feed(std::string_view(bytes).substr(0, first), keep));
  CHECK(reader.feed(std::string_view(bytes).substr(first, second - first), keep));
  CHECK(reader.feed(std::string_view(bytes).substr(second), keep));
  CHECK(reader.pending_bytes() == 0);
  return payloads;
}

std::string header(std::size_t length) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(length >> shift));
  return bytes;
}

}  // namespace

TEST_CASE("the frames of a stream are the same whatever pieces it arrives in") {
  v1::NodeToHub hello;
  hello.mutable_hello()->mutable_peer()->set_program("x");
  const std::string stream =
      encode_frame(hello) + std::string(keep_alive_frame()) + encode_frame(hello);
  const std::string payload = hello.SerializeAsString();
  const std::vector<std::string> expected = {payload, "", payload};
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      REQUIRE(read_in_pieces(stream, first, second) == expected);
    }
  }
}

TEST_CASE("a frame at the limit is read, one byte past it loses the stream before it is stored") {
  FrameReader reader(100);
  std::size_t seen = 0;
  const auto measure = [&](std::string_view payload) {
    seen = payload.size();
    return true;
  };
  CHECK(reader.feed(header(100) + std::string(100, 'x'), measure));
  CHECK(seen == 100);
  CHECK_FALSE(reader.feed(header(101), measure));
  CHECK(reader.pending_bytes() == 0);
  FrameReader split(100);
  CHECK(split.feed(header(101).substr(0, 3), measure));
  CHECK_FALSE(split.feed(header(101).substr(3), measure));
}

TEST_CASE("a handler that has closed its link gets no further frame") {
  FrameReader reader(100);
  int frames = 0;
  const auto stop = [&](std::string_view) {
    ++frames;
    return false;
  };
  CHECK(reader.feed(header(1) + "a" + header(1) + "b", stop));
  CHECK(frames == 1);
}

}  // namespace picket
