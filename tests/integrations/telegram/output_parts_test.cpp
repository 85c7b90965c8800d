#include "integrations/telegram/output_parts.h"

#include <string>

#include "common/unicode.h"
#include "tests/support/catch.h"

namespace picket::telegram {
namespace {

using Parts = std::vector<std::string>;

std::string block(const std::string& text) { return "<pre>" + text + "</pre>"; }

std::size_t units(const std::string& part) {
  REQUIRE(part.starts_with("<pre>"));
  REQUIRE(part.ends_with("</pre>"));
  return unicode::utf16_units(part) - std::string("<pre></pre>").size();
}

TEST_CASE("SM34: short output is one block, made visible and escaped") {
  CHECK(output_parts("up 3 days\n", 5) == Parts{block("up 3 days")});
  CHECK(output_parts("a\n\n  b  \r\nc", 5) == Parts{block("a\n\n  b\nc")});
  CHECK(output_parts("<x> & \"y\"", 5) == Parts{block("&lt;x&gt; &amp; &quot;y&quot;")});
  CHECK(output_parts("\x1b[31mred\xff", 5) == Parts{block("\\x1b[31mred\\xff")});
  CHECK(output_parts("a\tb\n12345678\tc", 5) == Parts{block("a       b\n12345678        c")});
}

TEST_CASE("nothing to be seen is no message") {
  CHECK(output_parts("", 5) == Parts{});
  CHECK(output_parts("\n \n\t\n", 5) == Parts{});
  CHECK(output_parts(std::string(5000, ' '), 5) == Parts{});
}

TEST_CASE("long output is divided at ends of lines") {
  std::string output;
  for (int i = 0; i < 1000; ++i) output += "line " + std::to_string(i) + "\n";
  const auto parts = output_parts(output, 10);
  REQUIRE(parts);
  std::string joined;
  for (const std::string& part : *parts) {
    CHECK(units(part) <= kTextUnitsMax);
    if (&part == &parts->back()) break;
    CHECK(units(part) > kTextUnitsMax - 10);
    joined += part.substr(5, part.size() - 11) + "\n";
  }
  CHECK(output.starts_with(joined));
  CHECK(parts->back().ends_with("line 999</pre>"));
}

TEST_CASE("a line that is too long is divided between characters") {
  SECTION("at the limit, and one past it") {
    CHECK(output_parts(std::string(kTextUnitsMax, 'x'), 5)->size() == 1);
    CHECK(output_parts(std::string(kTextUnitsMax + 1, 'x'), 5)->size() == 2);
    CHECK(output_parts(std::string(kTextUnitsMax, '&'), 5)->size() == 1);
  }
  SECTION("not within two units that are one character") {
    std::string output = "x";
    for (std::size_t i = 0; i < kTextUnitsMax / 2; ++i) output += "🙂";
    const auto parts = output_parts(output, 5);
    REQUIRE(parts->size() == 2);
    CHECK(units(parts->front()) == kTextUnitsMax - 1);
    CHECK(parts->back() == block("🙂"));
  }
  SECTION("not before a mark over the character before") {
    const std::string output = std::string(kTextUnitsMax, 'x') + "\u0301y";
    const auto parts = output_parts(output, 5);
    REQUIRE(parts->size() == 2);
    CHECK(parts->back() == block("x\u0301y"));
  }
  SECTION("of marks alone it is divided all the same") {
    std::string output = "x";
    for (std::size_t i = 0; i < kTextUnitsMax; ++i) output += "\u0301";
    CHECK(output_parts(output, 5)->size() == 2);
  }
}

TEST_CASE("the first message may have less room, and more than the most is none") {
  const auto parts = output_parts("aaaa\nbbbb\ncccc", 5, 10);
  CHECK(parts == Parts{block("aaaa\nbbbb"), block("cccc")});
  CHECK(output_parts("aaaa", 5, 0) == Parts{block("aaaa")});
  CHECK(output_parts(std::string(3 * kTextUnitsMax, 'x'), 3)->size() == 3);
  CHECK(!output_parts(std::string(3 * kTextUnitsMax + 1, 'x'), 3));
  CHECK(!output_parts(std::string(10'000'000, 'x'), 3));
}

}  // namespace
}  // namespace picket::telegram
