#include "common/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "tests/support/catch.h"

namespace picket {
namespace {

IpAddress ip(const char* text) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (::inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
    return endpoint_of(reinterpret_cast<const sockaddr&>(v4)).ip;
  }
  REQUIRE(::inet_pton(AF_INET6, text, &v6.sin6_addr) == 1);
  return endpoint_of(reinterpret_cast<const sockaddr&>(v6)).ip;
}

}  // namespace

TEST_CASE("addresses are read as people write them") {
  struct Case {
    const char* text;
    HostPort expected;
    const char* printed;
  };
  const Case cases[] = {
      {"hub.example.org", {"hub.example.org", 9992}, "hub.example.org:9992"},
      {"hub:1", {"hub", 1}, "hub:1"},
      {"192.0.2.7:65535", {"192.0.2.7", 65535}, "192.0.2.7:65535"},
      {"0.0.0.0:0", {"0.0.0.0", 0}, "0.0.0.0:0"},
      {"*:443", {"*", 443}, "*:443"},
      {"::1", {"::1", 9992}, "[::1]:9992"},
      {"[::1]", {"::1", 9992}, "[::1]:9992"},
      {"[::]:443", {"::", 443}, "[::]:443"},
      {"2001:db8::7", {"2001:db8::7", 9992}, "[2001:db8::7]:9992"},
      {"fe80::1%eth0", {"fe80::1%eth0", 9992}, "[fe80::1%eth0]:9992"},
      {"[fe80::1%eth0]:80", {"fe80::1%eth0", 80}, "[fe80::1%eth0]:80"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.text);
    const auto parsed = parse_host_port(one.text);
    REQUIRE(parsed);
    CHECK(*parsed == one.expected);
    CHECK(to_string(*parsed) == one.printed);
  }
  CHECK(parse_host_port("hub", 1234)->port == 1234);
}

TEST_CASE("what is no address is refused and quoted") {
  const std::string too_long(256, 'h');
  const std::string cases[] = {"",        ":80",       "hub:",     "hub:65536", "hub:-1",
                               "hub:80x", "[::1",      "[hub]:80", "[::1]80",   "::1::2",
                               "a b",     "hub:80:90", "fe80::1%", "[]:80",     too_long,
                               "a/b",     "hub\n",     "hub:+1",   "hub: 1",    "[[::1]]"};
  for (const auto& text : cases) {
    CAPTURE(text);
    const auto parsed = parse_host_port(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().find("expected host, host:port or [IPv6]:port") != std::string::npos);
  }
}

TEST_CASE("a host is an IP address or a name") {
  for (const std::string host : {"192.0.2.7", "::1", "2001:db8::7", "fe80::7%eth0"}) {
    CAPTURE(host);
    CHECK(is_ip_address(host));
  }
  for (const std::string host : {"", "*", "localhost", "hub.example.org", "192.0.2", "192.0.2.256",
                                 "2001:db8:::7", "fe80::7%"}) {
    CAPTURE(host);
    CHECK_FALSE(is_ip_address(host));
  }
}

TEST_CASE("an IPv4 address is the same in both spellings") {
  CHECK(ip("192.0.2.7") == ip("::ffff:192.0.2.7"));
  CHECK(ip("192.0.2.7").is_v4());
  CHECK_FALSE(ip("2001:db8::1").is_v4());
  CHECK(to_string(ip("::ffff:192.0.2.7")) == "192.0.2.7");
  CHECK(to_string(Endpoint{ip("192.0.2.7"), 0, 80}) == "192.0.2.7:80");
  CHECK(to_string(Endpoint{ip("2001:db8::1"), 0, 80}) == "[2001:db8::1]:80");
  CHECK(to_string(Endpoint{ip("fe80::1"), 1, 80}) == "[fe80::1%lo]:80");
}

}  // namespace picket
