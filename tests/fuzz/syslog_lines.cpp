// The bytes of a log file: cut into lines, each with its header and stamp, and read.
#include <string>
#include <vector>

#include "common/limits.h"
#include "node/auth_log/line_splitter.h"
#include "node/auth_log/read_line.h"
#include "node/auth_log/syslog_header.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/support/local_zone.h"

namespace picket::fuzz {
namespace {

struct Line {
  std::string text;
  uint64_t end = 0;
  bool operator==(const Line&) const = default;
};

/// The complete lines, and what is left, when the bytes come in pieces of at most `piece_bytes`.
std::vector<Line> lines_of(std::string_view bytes, std::size_t piece_bytes) {
  constexpr uint64_t kBegin = 1000;
  std::vector<Line> lines;
  node::LineSplitter splitter;
  splitter.begin_at(kBegin);
  const std::size_t all = bytes.size();
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    splitter.feed(piece);
    while (const auto line = splitter.next()) lines.push_back({std::string(line->text), line->end});
    expect(splitter.offset() == kBegin + all - bytes.size(), "the splitter counts what it was fed");
  }
  if (const auto rest = splitter.rest()) lines.push_back({std::string(rest->text), rest->end});
  expect(lines.empty() || lines.back().end == kBegin + all, "no byte is left over");
  return lines;
}

void expect_part(std::string_view part, std::string_view whole) {
  if (part.empty()) return;
  expect(part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size(),
         "the texts of a line are parts of it");
}

void read(const std::vector<Line>& lines) {
  static auto* const reader = new node::LineReader([](std::string_view) { return std::nullopt; });
  const WallTime now = from_unix_ns(1'795'000'000'000'000'000);
  node::StampReader stamps(now);
  for (const auto& one : lines) {
    expect(one.text.size() <= limits::kLogLineBytesMax, "a line is cut at its limit");
    const auto line = node::parse_syslog_line(one.text, stamps);
    if (!line) continue;
    for (const auto part : {line->message, line->process, line->host}) expect_part(part, one.text);
    expect(!line->attested, "a file attests nothing");
    if (line->time_source == v1::AuthEvent::TIME_SOURCE_STAMP_WITHOUT_YEAR) {
      expect(line->time <= now + std::chrono::hours(48), "an inferred year is no later one");
    }
    const auto reading = reader->read(*line);
    expect(reading.verdict != node::Reading::Verdict::kEvent ||
               reading.event.auth().verified() == v1::AuthEvent::VERIFIED_UNVERIFIED_SOURCE,
           "nothing in a file is believed");
  }
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  static const auto* const kZone = new picket::test::LocalZone("Europe/Berlin");
  (void)kZone;
  Input input(data, size);
  const std::size_t piece_bytes = 1 + input.byte();
  const auto lines = lines_of(input.rest(), SIZE_MAX);
  expect(lines == lines_of(input.rest(), piece_bytes),
         "lines are the same whatever the pieces they come in");
  read(lines);
  return 0;
}
