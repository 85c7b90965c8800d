// Small pieces of text: JSON strings, lengths of time, addresses of hubs.
#include <string>
#include <vector>

#include "common/hub_addresses.h"
#include "common/json_text.h"
#include "common/limits.h"
#include "common/time_text.h"
#include "tests/support/catch.h"

namespace picket {

TEST_CASE("text becomes a JSON string that is safe in a terminal") {
  CHECK(to_json_string("") == R"("")");
  CHECK(to_json_string("a\"b\\c/d") == R"("a\"b\\c/d")");
  CHECK(to_json_string("\n\t\x1b[2J\x7f") == R"("\u000a\u0009\u001b[2J\u007f")");
  CHECK(to_json_string(std::string_view("\0", 1)) == R"("\u0000")");
  CHECK(to_json_string("\xc2\x9b") == R"("\u009b")");
  CHECK(to_json_string("\xe2\x80\xae") == R"("\u202e")");
  CHECK(to_json_string("\xf3\xa0\x80\x81") == R"("\udb40\udc01")");
  CHECK(to_json_string("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80") ==
        "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
  CHECK(to_json_string("a\xff\xc0\x80z") == "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"");
  CHECK(to_json_string("\xed\xa0\x80").find("\xed\xa0") == std::string::npos);
  CHECK(to_json_string("\xe2\x82") == "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST_CASE("lengths of time are said in their largest unit") {
  using namespace std::chrono_literals;
  CHECK(in_words(0s) == "0 seconds");
  CHECK(in_words(1s) == "1 second");
  CHECK(in_words(59s) == "59 seconds");
  CHECK(in_words(60s) == "1 minute");
  CHECK(in_words(3h + 59min) == "3 hours");
  CHECK(in_words(24h) == "1 day");
  CHECK(in_words(-24h * 400) == "1 year");
}

TEST_CASE("addresses of a hub are host:port, with brackets around IPv6") {
  for (const char* good :
       {"hub:1", "hub.example.org:65535", "192.0.2.1:9992", "[::1]:9992", "[fe80::1%eth0]:9"}) {
    CHECK(check_hub_addresses({good}));
  }
  for (const char* wrong :
       {"", "hub", "hub:", ":9992", "hub:0", "hub:65536", "hub:99x", "hub:-1", "hub: 1", "::1:9992",
        "[]:1", "[::1]", "hub\n:1", "hu b:1", "hub:1\n", "a/b:1"}) {
    CHECK_FALSE(check_hub_addresses({wrong}));
  }
  CHECK(check_hub_addresses({"h\x1b:1"}).error() ==
        R"("h\u001b:1" is not an address of a hub: it takes host:port or [IPv6]:port)");
}

TEST_CASE("a hub has one to eight addresses of limited length") {
  CHECK(check_hub_addresses({}).error() == "the hub has no address");
  CHECK(check_hub_addresses(std::vector<std::string>(limits::kHubAddressesMax, "hub:1")));
  CHECK_FALSE(check_hub_addresses(std::vector<std::string>(limits::kHubAddressesMax + 1, "hub:1")));
  const std::string longest = std::string(limits::kHubAddressBytesMax - 2, 'h') + ":1";
  CHECK(check_hub_addresses({longest}));
  CHECK_FALSE(check_hub_addresses({"h" + longest}));
}

TEST_CASE("the file of addresses is read back, and takes comments and empty lines") {
  const std::vector<std::string> addresses = {"hub:9992", "[::1]:9992"};
  const auto read = parse_hub_addresses(format_hub_addresses(addresses));
  REQUIRE(read);
  CHECK(*read == addresses);
  const auto edited = parse_hub_addresses("# mine\n\nhub:9992\n");
  REQUIRE(edited);
  CHECK(*edited == std::vector<std::string>{"hub:9992"});
  CHECK_FALSE(parse_hub_addresses(""));
  CHECK_FALSE(parse_hub_addresses("hub 9992\n"));
}

TEST_CASE("a file of addresses that was cut short within a line is never taken for a whole one") {
  const std::string whole = format_hub_addresses({"hub.example.org:9992", "[2001:db8::1]:9992"});
  REQUIRE(parse_hub_addresses(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    if (size > 0 && whole[size - 1] == '\n') continue;
    CAPTURE(size);
    CHECK_FALSE(parse_hub_addresses(whole.substr(0, size)));
  }
}

}  // namespace picket
