// base64url and SHA-256 in hexadecimal.
#include <string>

#include "common/base64url.h"
#include "common/sha256.h"
#include "tests/support/catch.h"

namespace picket {

TEST_CASE("base64url makes what RFC 4648 says, without padding") {
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"}};
  for (const auto& [bytes, text] : cases) {
    CHECK(to_base64url(bytes) == text);
    CHECK(from_base64url(text) == bytes);
  }
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  CHECK(from_base64url(to_base64url(all)) == all);
}

TEST_CASE("base64url refuses what it would not have made itself") {
  for (const char* text : {"Zg==", "Z", "Zm9vY", "Zm 9v", "Zm9v\n", "+/8", "Zh", "Zm9", "Zm9v!"}) {
    CHECK_FALSE(from_base64url(text));
  }
}

TEST_CASE("SHA-256 is the one of FIPS 180") {
  CHECK(to_hex(sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const auto digest = sha256("");
  CHECK(sha256_from_bytes(as_bytes(digest)) == digest);
  CHECK_FALSE(sha256_from_bytes(as_bytes(digest).substr(1)));
  CHECK_FALSE(sha256_from_bytes(std::string(33, 'x')));
}

}  // namespace picket
