#include "client/cli/table.h"

#include <sstream>

#include "common/text.h"
#include "tests/support/catch.h"

namespace picket::cli {
namespace {

Table wide_table() {
  Table table({"NODE", "FROM", "REASON"});
  table.add({"web1", "192.0.2.7", std::string(60, 'r')});
  table.add({"山田太郎", "", Cell("ok", Colour::kGreen)});
  return table;
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, display_width(line));
  return widest;
}

}  // namespace

TEST_CASE("a table that isn't for a terminal is never cut") {
  const std::string text = wide_table().print(Screen{});
  CHECK(text ==
        "NODE      FROM       REASON\n"
        "web1      192.0.2.7  " +
            std::string(60, 'r') +
            "\n"
            "山田太郎             ok\n");
}

TEST_CASE("on a terminal the widest columns are cut until the table fits") {
  CHECK(widest_line(wide_table().print(Screen{200, false})) == 81);
  CHECK(widest_line(wide_table().print(Screen{81, false})) == 81);
  CHECK(widest_line(wide_table().print(Screen{80, false})) == 80);
  CHECK(wide_table().print(Screen{40, false}) ==
        "NODE      FROM       REASON\n"
        "web1      192.0.2.7  " +
            std::string(18, 'r') +
            "…\n"
            "山田太郎             ok\n");
  CHECK(widest_line(wide_table().print(Screen{1, false})) == 13);  // three columns of three
}

TEST_CASE("colour is written around the text only, and doesn't count as width") {
  Table table({"A", "B"});
  table.add({Cell("x", Colour::kRed), "y"});
  CHECK(table.print(Screen{0, true}) == "\x1b[1mA\x1b[0m  \x1b[1mB\x1b[0m\n\x1b[31mx\x1b[0m  y\n");
  CHECK(table.print(Screen{}) == "A  B\nx  y\n");
}

TEST_CASE("colour is for terminals, unless it is asked for or unwanted") {
  CHECK_FALSE(screen_of(-1, ColourMode::kAuto, nullptr).colour);
  CHECK(screen_of(-1, ColourMode::kAlways, nullptr).colour);
  CHECK(screen_of(-1, ColourMode::kAlways, "1").colour);
  CHECK_FALSE(screen_of(-1, ColourMode::kNever, nullptr).colour);
  CHECK(screen_of(-1, ColourMode::kAuto, nullptr).width == 0);
}

}  // namespace picket::cli
