#include "common/node_name.h"

#include <string>

#include "tests/support/catch.h"

namespace picket {

TEST_CASE("names of nodes are letters, digits, '.', '_' and '-'") {
  for (const char* name : {"a", "Z9", "web1", "web-1.example.org", "9lives", "a_b"}) {
    CHECK(is_node_name(name));
    CHECK(check_node_name(name));
  }
  for (const char* name :
       {"", ".a", "-a", "_a", "a b", "a/b", "a:b", "a,b", "a\n", "\xc3\xa4", "a*", "@all"}) {
    CHECK_FALSE(is_node_name(name));
    CHECK_FALSE(check_node_name(name));
  }
  CHECK_FALSE(is_node_name(std::string_view("a\0b", 3)));
}

TEST_CASE("a name has 63 characters at most") {
  CHECK(is_node_name(std::string(63, 'a')));
  CHECK_FALSE(is_node_name(std::string(64, 'a')));
  CHECK(check_node_name(std::string(64, 'a')).error() ==
        "a node's name has at most 63 characters; this one has 64");
}

TEST_CASE("the error for a name says what is wrong and never repeats what is unsafe to print") {
  CHECK(check_node_name("").error() == "a node's name can't be empty");
  CHECK(check_node_name("-x").error() ==
        "a node's name begins with a letter or a digit: \"-x\" does not");
  CHECK(check_node_name("a\x1b[2J").error() ==
        "a node's name is made of letters (a-z, A-Z), digits, '.', '_' and '-'");
}

}  // namespace picket
