#include "node/auth_log/line_splitter.h"

#include <cstdint>
#include <vector>

#include "common/limits.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

using limits::kLogLineBytesMax;

struct Told {
  std::string text;
  uint64_t end;
  bool operator==(const Told&) const = default;
};

std::vector<Told> lines_of(const std::vector<std::string_view>& pieces, uint64_t offset = 0) {
  LineSplitter splitter;
  splitter.begin_at(offset);
  std::vector<Told> told;
  uint64_t fed = offset;
  for (const std::string_view piece : pieces) {
    splitter.feed(piece);
    while (const auto line = splitter.next()) told.push_back({std::string(line->text), line->end});
    fed += piece.size();
    CHECK(splitter.offset() == fed);
  }
  return told;
}

}  // namespace

TEST_CASE("every split of the bytes gives the same lines and ends") {
  const std::string_view text = "one\n\nthree\r\nfour \xff\n\nnot ended";
  const std::vector<Told> whole = {
      {"one", 104}, {"", 105}, {"three\r", 112}, {"four \xff", 119}, {"", 120}};
  CHECK(lines_of({text}, 100) == whole);
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      CHECK(
          lines_of({text.substr(0, first), text.substr(first, second - first), text.substr(second)},
                   100) == whole);
    }
  }
}

TEST_CASE("a line at the limit is whole, one past it is cut, and its end is where it ends") {
  for (const std::size_t beyond : {0U, 1U, 100'000U}) {
    const std::string text = std::string(kLogLineBytesMax + beyond, 'x') + "\nnext\n";
    for (const std::size_t step : {1U, 7U, 4096U, 1'000'000U}) {
      std::vector<std::string_view> pieces;
      for (std::size_t at = 0; at < text.size(); at += step)
        pieces.push_back(std::string_view(text).substr(at, step));
      const auto told = lines_of(pieces);
      REQUIRE(told.size() == 2);
      CHECK(told[0].text == std::string(kLogLineBytesMax, 'x'));
      CHECK(told[0].end == kLogLineBytesMax + beyond + 1);
      CHECK(told[1] == Told{"next", told[0].end + 5});
    }
  }
}

TEST_CASE("a line without an end takes no more memory than a line may, and can be taken at last") {
  LineSplitter splitter;
  const std::string piece(64 * 1024, 'x');
  for (int i = 0; i < 100; ++i) {
    splitter.feed(piece);
    CHECK_FALSE(splitter.next());
  }
  CHECK(splitter.offset() == 100 * piece.size());
  const auto rest = splitter.rest();
  REQUIRE(rest);
  CHECK(rest->text.size() == kLogLineBytesMax);
  CHECK(rest->end == 100 * piece.size());
  CHECK_FALSE(splitter.rest());
}

}  // namespace picket::node
