#include "common/token.h"

#include <string>

#include "common/base64url.h"
#include "common/limits.h"
#include "common/sha256.h"
#include "tests/support/catch.h"

namespace picket {
namespace {

constexpr const char* kDamaged =
    "this token is cut off or mistyped: copy the whole line that `picket token create` printed";

v1::TokenPayload payload() {
  v1::TokenPayload made;
  made.add_addresses("hub.example.org:9992");
  made.add_addresses("[2001:db8::1]:9992");
  made.set_ca_sha256(std::string(32, 'f'));
  made.set_secret("0123456789abcdef");
  made.set_node("web1");
  return made;
}

// A token whose checksum is right, whatever it carries.
std::string token_of(const std::string& bytes) {
  const Sha256 digest = sha256(bytes);
  return "pkt1_" + to_base64url(bytes + std::string(as_bytes(digest).substr(0, 4)));
}

void check_damaged(const std::string& text) {
  const auto parsed = parse_token(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error() == kDamaged);
}

}  // namespace

TEST_CASE("a token gives back what it was made of, with white space around it too") {
  const auto text = format_token(payload());
  CHECK(text.substr(0, 5) == "pkt1_");
  for (const auto& pasted : {text, "  " + text + "\r\n"}) {
    const auto parsed = parse_token(pasted);
    REQUIRE(parsed);
    CHECK(parsed->SerializeAsString() == payload().SerializeAsString());
    CHECK(looks_like_token(pasted));
  }
}

TEST_CASE("a token that was cut off anywhere is known as damaged") {
  const auto text = format_token(payload());
  for (std::size_t size = 5; size < text.size(); ++size) check_damaged(text.substr(0, size));
}

TEST_CASE("a token with any one character mistyped is known as damaged") {
  const auto text = format_token(payload());
  for (std::size_t i = 5; i < text.size(); ++i) {
    for (const char typed : {'A', 'b', '_', '=', ' '}) {
      auto mistyped = text;
      if (mistyped[i] == typed) continue;
      mistyped[i] = typed;
      if (i + 1 == text.size() && typed == ' ') continue;  // that one is cut off
      check_damaged(mistyped);
    }
  }
}

TEST_CASE("what is no token, and one of another version, are told apart") {
  for (const char* text : {"", "web1", "pkt", "pkt_", "pktx_abc", "3f9a12bc", "PKT1_abc", "pkt1"}) {
    const auto parsed = parse_token(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error() == "this is not a token: they begin with pkt1_");
    CHECK_FALSE(looks_like_token(text));
  }
  const auto other = parse_token("pkt2_abcdef");
  REQUIRE_FALSE(other);
  CHECK(
      other.error() ==
      "this token is from another version of picket: update picket-node, or the hub that made it");
  CHECK(looks_like_token("pkt2_abcdef"));
}

TEST_CASE("a token with a right checksum over wrong content is refused") {
  check_damaged(token_of("not a message"));
  auto without_address = payload();
  without_address.clear_addresses();
  check_damaged(token_of(without_address.SerializeAsString()));
  auto short_secret = payload();
  short_secret.set_secret("0123456789abcde");
  check_damaged(token_of(short_secret.SerializeAsString()));
  auto wrong_name = payload();
  wrong_name.set_node("web 1");
  check_damaged(token_of(wrong_name.SerializeAsString()));
  auto wrong_pin = payload();
  wrong_pin.set_ca_sha256(std::string(31, 'f'));
  check_damaged(token_of(wrong_pin.SerializeAsString()));
}

TEST_CASE("a token longer than 4 KiB is not decoded") {
  check_damaged("pkt1_" + std::string(limits::kTokenTextBytesMax - 5, 'A'));
  check_damaged("pkt1_" + std::string(limits::kTokenTextBytesMax - 4, 'A'));
}

TEST_CASE("the largest token that a hub makes can be read") {
  v1::TokenPayload large = payload();
  large.clear_addresses();
  for (std::size_t i = 0; i < limits::kHubAddressesMax; ++i) {
    large.add_addresses(std::string(limits::kHubAddressBytesMax - 6, 'h') + ":65535");
  }
  large.set_node(std::string(63, 'n'));
  CHECK(parse_token(format_token(large)));
}

TEST_CASE("no error repeats a part of the token") {
  const auto text = format_token(payload());
  auto changed = text;
  changed[20] = changed[20] == 'x' ? 'y' : 'x';
  for (const auto& wrong :
       {changed, text.substr(0, 40), "pkt9_" + text.substr(5), text.substr(5)}) {
    const auto parsed = parse_token(wrong);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().find(text.substr(10, 8)) == std::string::npos);
  }
}

}  // namespace picket
