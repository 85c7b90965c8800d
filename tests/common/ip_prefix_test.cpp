#include "common/ip_prefix.h"

#include "tests/support/catch.h"

namespace picket {

TEST_CASE("networks are read as people write them, both spellings of IPv4 alike") {
  struct Case {
    const char* text;
    const char* ip;
    int bits;
  };
  const Case cases[] = {{"10.8.0.3", "10.8.0.3", 128},
                        {"10.8.0.3/32", "10.8.0.3", 128},
                        {"10.8.77.3/16", "10.8.0.0", 112},
                        {"0.0.0.0/0", "0.0.0.0", 96},
                        {"2001:db8:1::/32", "2001:db8::", 32},
                        {"fd00::7/128", "fd00::7", 128},
                        {"::/0", "::", 0},
                        {"::ffff:10.8.0.0/112", "10.8.0.0", 112},
                        {"192.0.2.129/25", "192.0.2.128", 121}};
  for (const auto& [text, ip, bits] : cases) {
    INFO(text);
    const auto prefix = parse_prefix(text);
    REQUIRE(prefix);
    CHECK(to_string(prefix->ip) == ip);
    CHECK(prefix->bits == bits);
  }
}

TEST_CASE("what is no network is none") {
  for (const char* text :
       {"", "/", "10.8.0.3/", "10.8.0.3/33", "10.8.0.3/-1", "10.8.0.3/8x", "10.8.0/24", "::1/129",
        "fe80::1%eth0/64", "host/8", "10.8.0.3 ", "10.8.0.3/8/8", "1.2.3.4%eth0"}) {
    INFO(text);
    CHECK_FALSE(parse_prefix(text));
  }
}

TEST_CASE("an address has a zone perhaps, which belongs to the interface") {
  CHECK(parse_ip("fe80::1%eth0") == parse_ip("fe80::1"));
  CHECK(parse_ip("::ffff:192.0.2.1") == parse_ip("192.0.2.1"));
  CHECK_FALSE(parse_ip("fe80::1%"));
  CHECK_FALSE(parse_ip("web1"));
}

TEST_CASE("a network holds the addresses that begin with its bits") {
  const auto holds = [](const char* prefix, const char* ip) {
    return parse_prefix(prefix)->contains(*parse_ip(ip));
  };
  CHECK(holds("10.8.0.0/16", "10.8.255.255"));
  CHECK_FALSE(holds("10.8.0.0/16", "10.9.0.0"));
  CHECK(holds("192.0.2.128/25", "192.0.2.255"));
  CHECK_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
  CHECK(holds("2001:db8::/33", "2001:db8:7fff::1"));
  CHECK_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  CHECK_FALSE(holds("0.0.0.0/0", "::1"));
}

}  // namespace picket
