#include "common/unicode.h"

#include <string>

#include "tests/support/catch.h"

namespace picket::unicode {
namespace {

TEST_CASE("length is counted in UTF-16 code units, and nothing is cut within a character") {
  CHECK(utf16_units("") == 0);
  CHECK(utf16_units("abc") == 3);
  CHECK(utf16_units("aé€🙂") == 5);
  const std::string text = "aé🙂b";
  CHECK(cut_utf16(text, 0).empty());
  CHECK(cut_utf16(text, 2) == "aé");
  CHECK(cut_utf16(text, 3) == "aé");
  CHECK(cut_utf16(text, 4) == "aé🙂");
  CHECK(cut_utf16(text, 5) == text);
  CHECK(cut_utf16(text, 6) == text);
}

TEST_CASE("blanks of any width are spaces, letters and marks aren't") {
  for (const char32_t space : {U' ', U'\t', U'\n', U'\u00a0', U'\u2003', U'\u3000', U'\u2028'}) {
    CHECK(is_space(space));
  }
  for (const char32_t other : {U'a', U'\u200b', U'\u0301', U'\u2800', U'_'}) {
    CHECK(!is_space(other));
  }
}

}  // namespace
}  // namespace picket::unicode
