#include "hub/config.h"

#include <string>

#include "tests/support/catch.h"
#include "tests/support/golden.h"
#include "tests/support/uncommented.h"

namespace picket::hub {

TEST_CASE("the hub's example file is what its description says, and means the defaults") {
  HubConfig config;
  const std::string example = describe(config).example();
  CHECK(example == test::golden("deploy/examples/hub.toml", example));
  const std::string defaults = describe(config).effective();
  CHECK(describe(config).read("hub.toml", example).empty());
  CHECK(describe(config).effective() == defaults);
  CHECK(describe(config).read("hub.toml", test::uncommented(example)).empty());
  CHECK(describe(config).effective() == defaults);
}

TEST_CASE("the hub's keys are read") {
  HubConfig config;
  const auto errors = describe(config).read("hub.toml", R"(
listen = ["192.0.2.1:9992", "[2001:db8::1]:9992"]
forget_after = "30d"
[access]
observe = ["uid:1000", "alice"]
administer = ["group:admins"]
[journal]
max_bytes = "1GiB"
)");
  CHECK(errors.empty());
  CHECK(config.listen == std::vector<HostPort>{{"192.0.2.1", 9992}, {"2001:db8::1", 9992}});
  CHECK(config.forget_after == Milliseconds(std::chrono::hours(720)));
  CHECK(config.access.observe == std::vector<Principal>{{Principal::Kind::kUid, 1000, ""},
                                                        {Principal::Kind::kUser, 0, "alice"}});
  CHECK(config.access.administer == std::vector<Principal>{{Principal::Kind::kGroup, 0, "admins"}});
  CHECK(config.journal_bytes_max == 1U << 30U);
}

TEST_CASE("a hub listens on IP addresses, at least one") {
  HubConfig config;
  CHECK(describe(config)
            .read("hub.toml", "listen = [\"*\", \"[::1]:0\", \"[fe80::1%eth0]\"]")
            .empty());
  CHECK(describe(config).read("hub.toml", "listen = []").size() == 1);
  CHECK(describe(config).read("hub.toml", "listen = [\"hub.example.org:9992\", \"localhost\"]") ==
        std::vector<std::string>{
            "hub.toml:1: listen: expected an IP address of this host or \"*\", found "
            "\"hub.example.org:9992\"",
            "hub.toml:1: listen: expected an IP address of this host or \"*\", found "
            "\"localhost\""});
}

TEST_CASE(
    "the audit log's files have room for a record, and are not more than can be looked through") {
  HubConfig config;
  CHECK(describe(config).read("hub.toml", "[audit]\nmax_bytes = \"1MiB\"\nkeep = 100\n").empty());
  CHECK(config.audit_bytes_max == 1U << 20U);
  CHECK(config.audit_files_kept == 100);
  CHECK(describe(config).read("hub.toml", "[audit]\nmax_bytes = \"1023KiB\"\nkeep = 0\n").size() ==
        2);
  CHECK(describe(config).read("hub.toml", "[audit]\nkeep = 101\n").size() == 1);
}

TEST_CASE("dead_after is never shorter than two keep-alives") {
  HubConfig config;
  CHECK(describe(config).read("hub.toml", "dead_after = \"10s\"").empty());
  CHECK(describe(config).read("hub.toml", "dead_after = \"9999ms\"") ==
        std::vector<std::string>{"hub.toml:1: dead_after: expected 10s to 1h, found \"9999ms\""});
}

TEST_CASE("who is meant in [access] is a uid, a user or a group") {
  for (const std::string text : {"uid:0", "uid:4294967294", "user:alice", "group:admins"}) {
    const auto parsed = parse_principal(text);
    CAPTURE(text);
    REQUIRE(parsed);
    CHECK(to_string(*parsed) == text);
  }
  CHECK(to_string(*parse_principal("alice")) == "user:alice");
  for (const std::string text : {"", "uid:", "uid:-1", "uid:4294967295", "uid:alice", "uid:10 ",
                                 "user:", "role:x", "group:a:b"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_principal(text));
  }
}

}  // namespace picket::hub
