#include "node/auth_log/literal.h"

#include <string>

#include "tests/support/catch.h"

namespace picket::node {

TEST_CASE("a beginning of any length is found, and none that differs in one byte") {
  const std::string text = "Failed password for alice";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    std::string beginning = text.substr(0, size);
    CHECK(begins_with(text, beginning));
    CHECK_FALSE(begins_with(std::string_view(text).substr(0, size), beginning + "x"));
    for (std::size_t at = 0; at < size; ++at) {
      ++beginning[at];
      CHECK_FALSE(begins_with(text, beginning));
      --beginning[at];
    }
  }
}

TEST_CASE("literals are compared with the beginning, the end and the whole") {
  CHECK(begins_with("error: a", "error: "));
  CHECK_FALSE(begins_with("error:", "error: "));
  CHECK_FALSE(begins_with("Error: a", "error: "));
  CHECK(ends_with("closed [preauth]", " [preauth]"));
  CHECK_FALSE(ends_with("[preauth]", " [preauth]"));
  CHECK_FALSE(ends_with(" [preauth] ", " [preauth]"));
  CHECK(is("sshd", "sshd"));
  CHECK_FALSE(is("sshd-session", "sshd"));
  CHECK_FALSE(is("ssh", "sshd"));
}

}  // namespace picket::node
