#include "common/secret.h"

#include <iostream>
#include <string>
#include <type_traits>
#include <utility>

#include "common/random_bytes.h"
#include "tests/support/catch.h"

namespace picket {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

}  // namespace

TEST_CASE("a secret can be neither printed nor copied") {
  CHECK(Printable<std::string>);
  CHECK_FALSE(Printable<Secret>);
  CHECK_FALSE(std::is_copy_constructible_v<Secret>);
  CHECK_FALSE(std::is_convertible_v<Secret, std::string_view>);
}

TEST_CASE("a secret moves whole and leaves nothing behind") {
  Secret first(std::string_view("abc"));
  Secret second(std::move(first));
  CHECK(second.reveal() == "abc");
  Secret third(std::string_view("to be wiped"));
  third = std::move(second);
  CHECK(third.reveal() == "abc");
  CHECK(third.size() == 3);
}

TEST_CASE("wiping overwrites the text and empties it") {
  std::string text = "0123456789012345678901234567890123456789";
  const char* bytes = text.data();
  wipe(text);
  CHECK(text.empty());
  CHECK(std::string(bytes + 1, 39) == std::string(39, '\0'));
}

TEST_CASE("random bytes are as many as asked for, and others each time") {
  CHECK(random_bytes(0).empty());
  CHECK(random_bytes(16).size() == 16);
  CHECK(random_bytes(16).reveal() != random_bytes(16).reveal());
}

}  // namespace picket
