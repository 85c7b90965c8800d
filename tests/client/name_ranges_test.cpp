#include "client/lib/name_ranges.h"

#include "common/limits.h"
#include "tests/support/catch.h"

namespace picket::client {
namespace {

using Names = std::vector<std::string>;

Names expanded(std::string_view text) {
  const auto names = expand_name_ranges(text, limits::kTokensPerRequestMax);
  REQUIRE(names);
  return *names;
}

std::string error(std::string_view text) {
  const auto names = expand_name_ranges(text, limits::kTokensPerRequestMax);
  return names ? "" : names.error();
}

}  // namespace

TEST_CASE("names with ranges and lists are expanded as a shell would") {
  CHECK(expanded("web1") == Names{"web1"});
  CHECK(expanded("web{1..3}") == Names{"web1", "web2", "web3"});
  CHECK(expanded("web{7..7}") == Names{"web7"});
  CHECK(expanded("db{08..10}") == Names{"db08", "db09", "db10"});
  CHECK(expanded("db{1..10}").back() == "db10");
  CHECK(expanded("n{000..1}.example") == Names{"n000.example", "n001.example"});
  CHECK(expanded("{web,db}{1..2}") == Names{"web1", "web2", "db1", "db2"});
  CHECK(expanded("web{,-test}") == Names{"web", "web-test"});
}

TEST_CASE("as many names as one request may have, and not one more") {
  CHECK(expanded("web{1..1000}").size() == limits::kTokensPerRequestMax);
  CHECK(error("web{1..1001}") == "more than 1000 names");
  CHECK(error("web{0..4294967295}") == "more than 1000 names");
  CHECK(expanded("{1..10}-{1..100}").size() == 1000);
  CHECK(error("{1..11}-{1..100}") == "more than 1000 names");
  CHECK(error("{1..1000}{1..1000}{1..1000}{1..1000}{1..1000}{1..1000}") == "more than 1000 names");
}

TEST_CASE("braces that can't be read are said") {
  for (const std::string braces : {"", "1..", "..3", "3..1", "a..c", "1..2..3", "-1..3", "1",
                                   "1...3", "1..4294967296", "{1..2"}) {
    CAPTURE(braces);
    CHECK(error("web{" + braces + "}").find("can't read {") == 0);
  }
  CHECK(error("web{1..3") == "a { without a } after it");
  CHECK(error("web1..3}") == "a } without a { before it");
  CHECK(error("web{1..3}}") == "a } without a { before it");
}

}  // namespace picket::client
