#include "node/commands/parameter.h"

#include "common/limits.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

Parameter with(std::variant<OneOf, Matching, WholeNumber, PathUnder> rule) {
  Parameter parameter;
  parameter.name = "p";
  parameter.rule = std::move(rule);
  return parameter;
}
Parameter matching(const char* pattern, std::size_t bytes_max = 64) {
  return with(Matching{*ValuePattern::parse(pattern), bytes_max});
}

bool passes(const Parameter& parameter, std::string_view value) {
  return static_cast<bool>(check_value(parameter, value));
}

}  // namespace

TEST_CASE("one_of passes what it lists, byte for byte") {
  const Parameter parameter = with(OneOf{{"nginx", "", "Grüße"}});
  CHECK(passes(parameter, "nginx"));
  CHECK(passes(parameter, ""));
  CHECK(passes(parameter, "Grüße"));
  for (const char* value : {"NGINX", "nginx ", "ngin", "nginxx", "Gru\xcc\x88ße"})
    CHECK_FALSE(passes(parameter, value));
  CHECK_FALSE(passes(with(OneOf{{"a"}}), ""));
}

TEST_CASE("a pattern has to match the whole value, and its length counts first") {
  const Parameter parameter = matching("[a-z]+|x\\|y", 5);
  CHECK(passes(parameter, "abcde"));
  CHECK_FALSE(passes(parameter, "abcdef"));
  CHECK_FALSE(passes(parameter, "abc1"));
  CHECK_FALSE(passes(parameter, "1abc"));
  CHECK_FALSE(passes(parameter, "abc\n"));
  CHECK(passes(parameter, "x|y"));
  CHECK_FALSE(passes(matching("a$"), "a\n"));
  CHECK_FALSE(passes(matching("(?m)^a$"), "a\nb"));
}

TEST_CASE("an empty value passes a pattern only where that is declared") {
  Parameter parameter = matching("[a-z]*");
  CHECK_FALSE(passes(parameter, ""));
  parameter.allow_empty = true;
  CHECK(passes(parameter, ""));
}

TEST_CASE("a whole number is written in one way and lies within its range") {
  const Parameter parameter = with(WholeNumber{0, 100});
  for (const char* value : {"0", "7", "100"}) CHECK(passes(parameter, value));
  for (const char* value :
       {"101", "-1", "-0", "+1", "01", "1.0", "1 ", " 1", "", "0x1", "1e1", "99999999999999999999"})
    CHECK_FALSE(passes(parameter, value));
  Parameter signs = with(WholeNumber{INT64_MIN, INT64_MAX});
  CHECK_FALSE(passes(signs, "-5"));
  signs.allow_leading_dash = true;
  CHECK(passes(signs, "-5"));
  CHECK(passes(signs, "-9223372036854775808"));
  CHECK(passes(signs, "9223372036854775807"));
  CHECK_FALSE(passes(signs, "9223372036854775808"));
  CHECK_FALSE(passes(signs, "-0"));
}

TEST_CASE("a path is plain and below its folder") {
  const Parameter parameter = with(PathUnder{"/srv/data"});
  CHECK(passes(parameter, "/srv/data/a"));
  CHECK(passes(parameter, "/srv/data/a/..b"));
  for (const char* value :
       {"/srv/data", "/srv/data/", "/srv/data/.", "/srv/data/..", "/srv/data/../x", "/srv/data//x",
        "/srv/database", "/srv/data/a/", "srv/data/a", "/etc/passwd", "", "/"})
    CHECK_FALSE(passes(parameter, value));
  CHECK(passes(with(PathUnder{"/"}), "/etc/passwd"));
  CHECK_FALSE(passes(with(PathUnder{"/"}), "//etc/passwd"));
}

TEST_CASE("a value that begins with - passes only where that is declared") {
  Parameter parameter = matching(".*");
  CHECK_FALSE(passes(parameter, "-"));
  CHECK_FALSE(passes(parameter, "-rf"));
  CHECK(passes(parameter, "a-b"));
  parameter.allow_leading_dash = true;
  CHECK(passes(parameter, "-rf"));
  CHECK_FALSE(passes(with(OneOf{{"-a"}}), "-a"));
}

TEST_CASE("no rule lets through what can't be seen") {
  Parameter parameter = matching("(?s).*", limits::kCommandValueBytesMax);
  parameter.allow_leading_dash = true;
  parameter.allow_empty = true;
  for (int c = 0; c < 0x20; ++c) CHECK_FALSE(passes(parameter, std::string("a") + char(c) + "b"));
  for (const char* value : {"\x7f", "\xc2\x80", "\xc2\x9f", "\xe2\x80\xa8", "\xe2\x80\xa9",
                            "\xe2\x80\xae", "\xe2\x80\x8b", "\xff", "\xc0\x80", "\xed\xa0\x80"})
    CHECK_FALSE(passes(parameter, value));
  CHECK(passes(parameter, "Ελένη \xf0\x9f\x99\x82 $(id); `x` \"'\\"));
}

TEST_CASE("no value is longer than the limit") {
  const Parameter parameter = matching(".*", limits::kCommandValueBytesMax);
  CHECK(passes(parameter, std::string(limits::kCommandValueBytesMax, 'a')));
  CHECK_FALSE(passes(with(OneOf{{std::string(limits::kCommandValueBytesMax + 1, 'a')}}),
                     std::string(limits::kCommandValueBytesMax + 1, 'a')));
}

TEST_CASE("an expression that isn't one, is too long or needs too much memory is refused") {
  for (const char* text : {"(", "[a", "a{2000}", "(?=a)", "\\1", "((((a{100}){100}){100}){100})"})
    CHECK_FALSE(ValuePattern::parse(text));
  CHECK_FALSE(ValuePattern::parse(std::string(limits::kCommandPatternBytesMax + 1, 'a')));
  CHECK(ValuePattern::parse("[a-z]{1,64}"));
}

TEST_CASE("a pattern that makes other engines slow has its answer at once") {
  const Parameter parameter = matching("(a+)+(a+)+(a+)+b", limits::kCommandValueBytesMax);
  CHECK_FALSE(passes(parameter, std::string(limits::kCommandValueBytesMax, 'a')));
}

}  // namespace picket::node
