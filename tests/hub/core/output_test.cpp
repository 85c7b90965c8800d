// What is kept of an execution's output, and how much may be on its way.
#include <chrono>
#include <string>

#include "hub/core/output_ring.h"
#include "hub/core/output_window.h"
#include "tests/support/catch.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;

constexpr auto kOut = v1::ExecutionOutput::STREAM_STDOUT;
constexpr auto kErr = v1::ExecutionOutput::STREAM_STDERR;

// From a place on, as a reader gets it: "<missed>data", stderr in capitals.
std::string read_from(const OutputRing& ring, uint64_t place) {
  std::string text;
  while (true) {
    const auto piece = ring.at(place);
    if (piece.missed_bytes > 0) text += "<" + std::to_string(piece.missed_bytes) + ">";
    if (piece.data.empty()) return text;
    text += std::string(piece.stream == kErr ? "E:" : "") + std::string(piece.data) + "|";
    place += piece.missed_bytes + piece.data.size();
  }
}

}  // namespace

TEST_CASE("output is read from any place, and what is not kept is said") {
  OutputRing ring(10);
  ring.add(kOut, "abc");
  ring.add(kOut, "de");
  ring.add(kErr, "FG");
  CHECK(read_from(ring, 0) == "abcde|E:FG|");
  CHECK(read_from(ring, 4) == "e|E:FG|");
  CHECK(read_from(ring, 7).empty());
  ring.add(kOut, "hijkl");
  CHECK(read_from(ring, 0) == "<5>E:FG|hijkl|");
  CHECK(ring.begin() == 5);
  CHECK(ring.end() == 12);
  ring.miss(4);
  CHECK(read_from(ring, 7) == "hijkl|<4>");
  ring.add(kOut, "m");
  CHECK(read_from(ring, 10) == "kl|<4>m|");
  CHECK(read_from(ring, 13) == "<3>m|");
}

TEST_CASE("a ring that is made smaller drops its oldest, and one of a huge piece all of it") {
  OutputRing ring(100);
  for (int i = 0; i < 5; ++i) ring.add(i % 2 == 0 ? kOut : kErr, "12345");
  ring.set_bytes_max(10);
  CHECK(read_from(ring, 0) == "<15>E:12345|12345|");
  ring.add(kOut, std::string(11, 'x'));
  CHECK(read_from(ring, 0) == "<36>");
}

TEST_CASE("a command that writes byte by byte costs no more than its bytes") {
  OutputRing ring(1024);
  for (int i = 0; i < 4096; ++i) ring.add(kOut, "x");
  CHECK(ring.at(ring.begin()).data.size() >= 1);
  CHECK(ring.end() == 4096);
}

TEST_CASE("the window opens while that costs no time, and closes when it does") {
  OutputWindow window;
  SteadyTime now(1h);
  const auto round = [&](Nanoseconds took) {
    const uint64_t bytes = window.room();
    window.grant(bytes, now);
    CHECK(window.room() == 0);
    now += took;
    window.receive(bytes, now);
  };
  CHECK(window.bytes() == limits::kOutputWindowBytesMin);
  for (int i = 0; i < 10; ++i) round(20ms);  // a long line with room
  CHECK(window.bytes() == limits::kOutputWindowBytesMax);
  for (int i = 0; i < 10; ++i) round(200ms);  // it has become narrow
  CHECK(window.bytes() == limits::kOutputWindowBytesMin);
}

TEST_CASE("what an execution that has ended was granted is free again") {
  OutputWindow window;
  window.grant(window.room(), SteadyTime(1h));
  window.receive(1000, SteadyTime(1h));
  window.give_back(limits::kOutputWindowBytesMin - 1000);
  CHECK(window.on_its_way() == 0);
  CHECK(window.room() == limits::kOutputWindowBytesMin);
}

}  // namespace picket::hub
