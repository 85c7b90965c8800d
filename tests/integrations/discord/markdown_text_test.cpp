#include "integrations/discord/markdown_text.h"

#include <string>

#include "common/unicode.h"
#include "tests/support/catch.h"

namespace picket::discord {
namespace {

std::string markdown(const std::string& text) { return to_markdown(text, 1000); }

TEST_CASE("plain words stay as they are, and marks get a backslash") {
  CHECK(markdown("").empty());
  CHECK(markdown("alice logged in from 192.0.2.7, by password - twice") ==
        "alice logged in from 192.0.2.7, by password - twice");
  CHECK(markdown("müller 山田 🙂") == "müller 山田 🙂");
  CHECK(markdown("*a* _b_ ~~c~~ ||d|| `e` \\f") ==
        "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\|\\|d\\|\\| \\`e\\` \\\\f");
  CHECK(markdown("[x](https://y) <@1> @here :smile:") ==
        "\\[x\\](https\\://y) \\<\\@1\\> \\@here \\:smile\\:");
}

TEST_CASE("what a line begins with is no list, heading or quote") {
  CHECK(markdown("- a - b") == "\\- a - b");
  CHECK(markdown("  + a") == "  \\+ a");
  CHECK(markdown("1. a 2. b") == "1\\. a 2. b");
  CHECK(markdown(" 12) a") == " 12\\) a");
  CHECK(markdown("1a. x") == "1a. x");
  CHECK(markdown("192.0.2.7") == "192.0.2.7");
  CHECK(markdown("# a") == "\\# a");
  CHECK(markdown("-# a") == "\\-\\# a");
  CHECK(markdown("> a") == "\\> a");
  CHECK(markdown("* a") == "\\* a");
}

TEST_CASE("it is cut to a length, behind whole characters with their backslash") {
  CHECK(to_markdown("abcd", 4) == "abcd");
  CHECK(to_markdown("abcde", 4) == "abc…");
  CHECK(to_markdown("a**", 5) == "a\\*\\*");
  CHECK(to_markdown("a**", 4) == "a\\*…");
  CHECK(to_markdown("a**", 3) == "a…");
  CHECK(to_markdown("🙂🙂", 4) == "🙂🙂");
  CHECK(to_markdown("🙂🙂", 3) == "🙂…");
  for (std::size_t most = 1; most < 30; ++most) {
    CHECK(unicode::utf16_units(to_markdown("a*🙂_b\\🙂🙂~~c|||d", most)) <= most);
  }
}

TEST_CASE("blanks at the ends, which would be cut off, are shown") {
  CHECK(keep_ends("a b") == "a b");
  CHECK(keep_ends(" a b  ") == "\\x20a b\\x20\\x20");
  CHECK(keep_ends(" ") == "\\x20");
  CHECK(keep_ends("\u00a0a\u3000") == "\\u00a0a\\u3000");
  CHECK(keep_ends("").empty());
}

}  // namespace
}  // namespace picket::discord
