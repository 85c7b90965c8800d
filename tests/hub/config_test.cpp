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

TEST_CASE("who may run what where is a list of rules, in either form of TOML") {
  const std::string as_list = R"(
[access]
run = [
  { who = ["alice", "group:ops"], labels = ["disk-*", "uptime"], nodes = "web*" },
  { who = "uid:1000", labels = "*", nodes = ["db1", "db2"] },
]
)";
  const std::string as_sections = R"(
[[access.run]]
who = ["alice", "group:ops"]
labels = ["disk-*", "uptime"]
nodes = "web*"
[[access.run]]
who = "uid:1000"
labels = "*"
nodes = ["db1", "db2"]
)";
  const Principal alice{Principal::Kind::kUser, 0, "alice"};
  const Principal ops{Principal::Kind::kGroup, 0, "ops"};
  const Principal uid{Principal::Kind::kUid, 1000, ""};
  for (const auto& text : {as_list, as_sections}) {
    HubConfig config;
    CHECK(describe(config).read("hub.toml", text).empty());
    CHECK(config.access.run ==
          std::vector<RunConfig>{{{alice, ops}, {"disk-*", "uptime"}, {"web*"}},
                                 {{uid}, {"*"}, {"db1", "db2"}}});
    HubConfig again;
    CHECK(describe(again).read("hub.toml", describe(config).effective()).empty());
    CHECK(again.access.run == config.access.run);
    CHECK(describe(config).changed_from(describe(again)).empty());
    again.access.run.pop_back();
    CHECK(describe(config).changed_from(describe(again)) == std::vector<std::string>{"access.run"});
  }
}

TEST_CASE(
    "what is wrong with a rule of who may run what is said with its line, and no rule counts") {
  HubConfig config;
  const auto errors = describe(config).read("hub.toml", R"([access]
run = [
  { who = "alice", labels = "disk-*", nodes = "web*" },
  { who = "role:x", label = "uptime", nodes = [] },
  { who = "bob", labels = ["uptime", "a b", ""], nodes = "\u202e" },
]
)");
  const std::string glob =
      "expected a name or a glob of letters, digits, '.', '_', '-', '*' and '?', found ";
  CHECK(errors ==
        std::vector<std::string>{
            "hub.toml:4: access.run: lacks labels",
            "hub.toml:4: access.run: unknown key \"label\", did you mean \"labels\"?",
            "hub.toml:4: access.run: who: expected \"alice\", \"uid:1000\" or \"group:admins\", "
            "found \"role:x\"",
            "hub.toml:4: access.run: nodes: expected 1 to 64",
            "hub.toml:5: access.run: labels: " + glob + "\"a b\"",
            "hub.toml:5: access.run: labels: " + glob + "\"\"",
            "hub.toml:5: access.run: nodes: " + glob + "\"\\u202e\""});
  CHECK(config.access.run.empty());
}

TEST_CASE("what is no list of rules is refused") {
  for (const std::string value :
       {"true", "1", "\"alice\"", "[\"alice\"]", "{ who = \"alice\" }",
        "[{ who = 1, labels = \"*\", nodes = \"*\" }]",
        "[{ who = \"alice\", labels = [1], nodes = \"*\" }]",
        "[{ who = \"a\", labels = \"*\", nodes = \"*\" }, \"b\"]", "[[\"a\"]]"}) {
    HubConfig config;
    const auto errors = describe(config).read("hub.toml", "access.run = " + value);
    CAPTURE(value);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].find("hub.toml:1: access.run: expected a list of { } tables, found ") == 0);
  }
  HubConfig config;
  CHECK(describe(config).read("hub.toml", "access.run = []").empty());
}

TEST_CASE("rules, and what is in each, are at most so many") {
  const auto errors_of = [](std::size_t rules, std::size_t terms) {
    std::string who;
    for (std::size_t i = 0; i < terms; ++i) who += "\"uid:" + std::to_string(i) + "\",";
    std::string text = "access.run = [";
    for (std::size_t i = 0; i < rules; ++i)
      text += "{ who = [" + who + "], labels = \"*\", nodes = \"*\" },";
    HubConfig config;
    return describe(config).read("hub.toml", text + "]").size();
  };
  CHECK(errors_of(limits::kRunRulesMax, 1) == 0);
  CHECK(errors_of(limits::kRunRulesMax + 1, 1) == 1);
  CHECK(errors_of(1, limits::kRunRuleTermsMax) == 0);
  CHECK(errors_of(1, limits::kRunRuleTermsMax + 1) == 1);
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
