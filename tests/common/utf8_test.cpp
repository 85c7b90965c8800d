#include "common/utf8.h"

#include <random>

#include "common/limits.h"
#include "picket/v1/model.pb.h"
#include "tests/support/catch.h"

namespace picket {
namespace {

const std::string kBad = "\xEF\xBF\xBD";

struct Repair {
  std::string bytes;
  std::string expected;
};

}  // namespace

TEST_CASE("valid text is left alone") {
  for (const std::string text : {"", "alice", "J\xC3\xBCrgen", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                                 "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF", "\x1b[31m"}) {
    CHECK(to_valid_utf8(text) == text);
  }
}

TEST_CASE("each maximal invalid part becomes one replacement character") {
  const Repair repairs[] = {
      {"\xFF", kBad},
      {"a\x80z", "a" + kBad + "z"},
      {"\xC0\xAF", kBad + kBad},                        // overlong
      {"\xE0\x80\xAF", kBad + kBad + kBad},             // overlong
      {"\xED\xA0\x80", kBad + kBad + kBad},             // a surrogate
      {"\xF4\x90\x80\x80", kBad + kBad + kBad + kBad},  // above U+10FFFF
      {"\xE2\x82", kBad},                               // cut short
      {"\xF0\x9F\x98z", kBad + "z"},
      {"\xE2\x82\xE2\x82\xAC", kBad + "\xE2\x82\xAC"},
  };
  for (const Repair& repair : repairs) CHECK(to_valid_utf8(repair.bytes) == repair.expected);
}

TEST_CASE("whatever the bytes, the repaired text can be sent and read back") {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random() % 4 == 0 ? random() % 128 : random());
    v1::Session session;
    set_outside_text(bytes, session.mutable_user(), session.mutable_user_raw());
    v1::Session read;
    REQUIRE(read.ParseFromString(session.SerializeAsString()));
    REQUIRE(to_valid_utf8(read.user()) == read.user());
    REQUIRE((read.user_raw().empty() ? read.user() : read.user_raw()) == bytes);
  }
}

TEST_CASE("text is cut between characters") {
  CHECK(cut_utf8("abc", 3) == "abc");
  CHECK(cut_utf8("abcd", 3) == "abc");
  CHECK(cut_utf8("ab\xE2\x82\xAC", 5) == "ab\xE2\x82\xAC");
  CHECK(cut_utf8("ab\xE2\x82\xAC", 4) == "ab");
  CHECK(cut_utf8("ab\xE2\x82\xAC", 2) == "ab");
  CHECK(cut_utf8("\xE2\x82\xAC", 1).empty());
}

TEST_CASE("outside text is bounded, and its exact bytes travel only if it was repaired") {
  std::string text;
  std::string raw;
  set_outside_text(std::string(limits::kTextBytesMax, 'x'), &text, &raw);
  CHECK(text.size() == limits::kTextBytesMax);
  CHECK(raw.empty());
  set_outside_text(std::string(limits::kTextBytesMax + 1, 'x'), &text, &raw);
  CHECK(text.size() == limits::kTextBytesMax);
  CHECK(raw.empty());
  set_outside_text(std::string(limits::kTextBytesMax + 1, '\xFF'), &text, &raw);
  CHECK(text.size() == limits::kTextBytesMax / 3 * 3);
  CHECK(raw == std::string(limits::kTextBytesMax, '\xFF'));
  set_outside_text("a\xFF", &text, nullptr);
  CHECK(text == "a" + kBad);
}

}  // namespace picket
