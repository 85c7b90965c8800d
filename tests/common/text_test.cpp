#include "common/text.h"

#include <string>
#include <utility>
#include <vector>

#include "common/unicode.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_text.h"

namespace picket {
namespace {

bool shows_as_it_is(std::string_view text) {
  for (bool first = true; !text.empty(); first = false) {
    const auto symbol = unicode::first_symbol(text);
    if (!symbol.valid || unicode::is_hidden(symbol.code_point)) return false;
    if (first && unicode::is_combining(symbol.code_point)) return false;
    text.remove_prefix(symbol.bytes);
  }
  return true;
}

using Cases = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("text that shows as it is reaches a terminal unchanged, all other text visibly escaped") {
  const auto texts = test::hostile_texts();
  REQUIRE(texts.size() >= 60);
  for (const std::string& text : texts) {
    const std::string escaped = escape_for_terminal(text);
    CAPTURE(escaped);
    CHECK(shows_as_it_is(escaped));
    CHECK((escaped == text) == shows_as_it_is(text));
    CHECK(escape_for_terminal(escaped) == escaped);
  }
}

TEST_CASE("the escapes of a terminal name what was there") {
  const Cases cases = {
      {"a\nb\r\t", "a\\nb\\r\\t"},
      {"\x1b[31mroot", "\\x1b[31mroot"},
      {std::string("nul\0", 4), "nul\\x00"},
      {"\x7f", "\\x7f"},
      {"\xc2\x9b", "\\u009b"},
      {"\x9b", "\\x9b"},
      {"\xe2\x80\xaetoor", "\\u202etoor"},
      {"\xf3\xa0\x81\x81", "\\U000e0041"},
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"\xe2\x82", "\\xe2\\x82"},
      {"\xcc\x81 alice", "\\u0301 alice"},
      {"e\xcc\x81", "e\xcc\x81"},
      {"CORP\\alice", "CORP\\alice"},
      {"", ""},
  };
  for (const auto& [text, escaped] : cases) CHECK(escape_for_terminal(text) == escaped);
}

TEST_CASE("a log value is one word or quoted, and always one line") {
  const Cases cases = {
      {"web1", "web1"},
      {"192.0.2.7:40000", "192.0.2.7:40000"},
      {"", "\"\""},
      {"two words", "\"two words\""},
      {"a=b", "\"a=b\""},
      {"x\" level=error", "\"x\\\" level=error\""},
      {"CORP\\alice", "\"CORP\\\\alice\""},
      {"a\nnode=web2", "\"a\\nnode=web2\""},
      {"\x1b[0m", "\"\\x1b[0m\""},
  };
  for (const auto& [text, escaped] : cases) CHECK(escape_for_log(text) == escaped);
}

TEST_CASE("no hostile value can end its quotes or its line in a log") {
  for (const std::string& text : test::hostile_texts()) {
    const std::string value = escape_for_log(text);
    CAPTURE(value);
    CHECK(shows_as_it_is(value));
    if (!value.starts_with('"')) {
      CHECK(value.find_first_of(" =\"\\") == std::string::npos);
      continue;
    }
    std::size_t end = 1;
    while (end < value.size() && value[end] != '"') end += value[end] == '\\' ? 2 : 1;
    CHECK(end + 1 == value.size());
  }
}

TEST_CASE("the width of text counts columns, not bytes") {
  CHECK(display_width("") == 0);
  CHECK(display_width("alice") == 5);
  CHECK(display_width("müller") == 6);
  CHECK(display_width("e\xcc\x81") == 1);
  CHECK(display_width("山田") == 4);
  CHECK(display_width("🙂") == 2);
  CHECK(display_width("김") == 2);
}

TEST_CASE("text at the width stays whole, one column past it ends in an ellipsis") {
  CHECK(truncate_to_width("alice", 5) == "alice");
  CHECK(truncate_to_width("alice", 4) == "ali…");
  CHECK(truncate_to_width("alice", 1) == "…");
  CHECK(truncate_to_width("alice", 0).empty());
  CHECK(truncate_to_width("山田太郎", 8) == "山田太郎");
  CHECK(truncate_to_width("山田太郎", 7) == "山田太…");
  CHECK(truncate_to_width("山田太郎", 6) == "山田…");
  CHECK(truncate_to_width("e\xcc\x81te\xcc\x81", 2) == "e\xcc\x81…");
}

TEST_CASE("globs match whole texts") {
  const std::vector<std::pair<std::string, std::string>> matching = {
      {"web*", "web1"},
      {"web*", "web"},
      {"*", ""},
      {"w?b", "web"},
      {"w?b", "wéb"},
      {"*1", "web11"},
      {"*.changed", "sessions.changed"},
      {"a*b*c", "a-b-b-c"},
      {"", ""},
      {"session.opened", "session.opened"},
  };
  for (const auto& [pattern, text] : matching) {
    CAPTURE(pattern, text);
    CHECK(glob_matches(pattern, text));
  }
  const std::vector<std::pair<std::string, std::string>> others = {
      {"web*", "db1"}, {"web", "web1"}, {"w?b", "wb"}, {"", "x"},
      {"a*b", "abc"},  {"?", ""},       {"?", "ab"},
  };
  for (const auto& [pattern, text] : others) {
    CAPTURE(pattern, text);
    CHECK_FALSE(glob_matches(pattern, text));
  }
  CHECK(is_glob("web*"));
  CHECK(is_glob("w?b"));
  CHECK_FALSE(is_glob("web1"));
}

TEST_CASE("a glob of many stars doesn't take for ever") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  CHECK_FALSE(glob_matches(pattern + "b", std::string(1000, 'a')));
}

TEST_CASE("the word that was meant is near, or none is named") {
  const std::vector<std::string_view> words = {"listen", "log", "dead_after", "forget_after"};
  CHECK(closest_word("dead_afer", words) == "dead_after");
  CHECK(closest_word("lisen", words) == "listen");
  CHECK(closest_word("lgo", words) == "log");
  CHECK(closest_word("lo", words) == "log");
  CHECK_FALSE(closest_word("colour", words));
  CHECK_FALSE(closest_word("", words));
  CHECK_FALSE(closest_word(std::string(10'000, 'x'), words));
}

}  // namespace picket
