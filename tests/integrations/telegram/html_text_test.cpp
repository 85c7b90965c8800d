#include "integrations/telegram/html_text.h"

#include <string>

#include "tests/support/catch.h"

namespace picket::telegram {
namespace {

TEST_CASE("plain words stay as they are, and markup is shown and not taken") {
  CHECK(to_html("").empty());
  CHECK(to_html("alice logged in, by password") == "alice logged in, by password");
  CHECK(to_html("5 attempts in 30 s.") == "5 attempts in 30 s.");
  CHECK(to_html("müller, Ελένη: 山田太郎!") == "müller, Ελένη: 山田太郎!");
  CHECK(to_html("<b>x</b>") == "<code>&lt;b&gt;x&lt;/b&gt;</code>");
  CHECK(to_html("a<b> &amp; \"q\"") == "a&lt;b&gt; &amp;amp; &quot;q&quot;");
  CHECK(to_html(" two  blanks ") == " two  blanks ");
}

TEST_CASE("what Telegram would link is code, with the words beside it in the same entity") {
  const auto code = [](const std::string& text) { return "<code>" + text + "</code>"; };
  for (const char* word :
       {"example.com", "192.0.2.7", "2001:db8::7", "@name", "a@b", "/start", "#tag", "$USD",
        "+12125550123", "2125550123", "tg://x", "пример.рф", "＠name", "x。y", "212-555-0123"}) {
    CAPTURE(word);
    CHECK(to_html(word) == code(word));
    CHECK(to_html(std::string("from ") + word + ", then") ==
          "from " + code(std::string(word) + ",") + " then");
  }
  CHECK(to_html("a.b c.d e") == code("a.b c.d") + " e");
  CHECK(to_html("a.b c d.e") == code("a.b") + " c " + code("d.e"));
  CHECK(to_html("card 4111 1111 1111 1111 end") == "card " + code("4111 1111 1111 1111") + " end");
  CHECK(to_html("(212) 555-0123") == code("(212) 555-0123"));
  CHECK(to_html("pid 123456") == "pid 123456");
}

TEST_CASE("a text with more entities than may be is one") {
  CHECK(to_html("a.b c a.b c", 2) == "<code>a.b</code> c <code>a.b</code> c");
  CHECK(to_html("a.b c a.b c a.b", 2) == "<code>a.b c a.b c a.b</code>");
}

TEST_CASE("characters that Telegram would drop are shown as hidden ones are") {
  CHECK(to_html("a\u030a b\u0333 c\u033f e\u0301") == "a\\u030a b\\u0333 c\\u033f e\u0301");
  CHECK(to_block_html("a\u030a") == "<pre>a\\u030a</pre>");
}

TEST_CASE("a word that stands out is bold unless it could be a link") {
  CHECK(to_strong_html("web1") == "<b>web1</b>");
  CHECK(to_strong_html("web1.example.com") == "<code>web1.example.com</code>");
  CHECK(to_strong_html("<web>") == "<b>&lt;web&gt;</b>");
}

}  // namespace
}  // namespace picket::telegram
