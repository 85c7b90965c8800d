#include "integrations/telegram/bot/core/pages.h"

#include <algorithm>

#include "integrations/telegram/bot/core/bot_limits.h"
#include "integrations/telegram/html_text.h"
#include "tests/support/catch.h"

namespace picket::telegram::bot {
namespace {

std::vector<Line> lines(std::size_t count, const std::string& text) {
  return std::vector<Line>(count, Line{"✅", "web1", text});
}

}  // namespace

TEST_CASE("lines are whole on their pages, and a page never has more than Telegram takes") {
  CHECK(pages_of({}).empty());
  CHECK(pages_of(lines(1, "a")) == std::vector<std::string>{"✅ <b>web1</b> a"});
  for (const std::string& text :
       {std::string("a"), std::string(500, 'x'), std::string("a.b c.d")}) {
    for (const std::size_t count : {1U, 5U, 20U, 50U, 51U, 149U, 150U}) {
      const auto pages = pages_of(lines(count, text));
      for (const auto& page : pages) {
        CHECK(std::ranges::count(page, '\n') < 50);
        CHECK(page.size() <= 2 * kTextUnitsMax);
      }
    }
  }
  CHECK(pages_of(lines(150, "a")).size() == kPagesMax);
  CHECK(pages_of(lines(151, "a")).empty());  // a file
}

TEST_CASE("a line's texts are escaped, and cut if they are long") {
  CHECK(to_html(Line{"", "<b>", "a & b"}) == "<b>&lt;b&gt;</b> a &amp; b");
  const std::string html = to_html(Line{"", "", std::string(5000, 'x')});
  CHECK(html.size() < 700);
  CHECK(html.ends_with("…"));
}

TEST_CASE("lines beyond what is kept are counted") {
  Lines all;
  for (std::size_t i = 0; i < kAnswerLinesMax + 3; ++i) all.add({"", "", "x"});
  const auto kept = all.take();
  REQUIRE(kept.size() == kAnswerLinesMax + 1);
  CHECK(kept.back().text == "and 3 lines more, not shown");
  CHECK(all.empty());
}

}  // namespace picket::telegram::bot
