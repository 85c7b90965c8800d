#include "integrations/delivery/rule.h"

#include "client/lib/json.h"
#include "common/toml_tree.h"
#include "integrations/delivery/editor.h"
#include "integrations/delivery/rules_file.h"
#include "tests/integrations/delivery/events.h"
#include "tests/support/catch.h"
#include "tests/support/local_zone.h"

namespace picket::delivery {
namespace {

const WallTime kNoon = from_unix_ns(1'767'873'600'000'000'000);  // 2026-01-08 12:00 UTC

struct Read {
  RuleBook book;
  std::vector<std::string> errors;
};

Read read(const std::string& text) {
  config::FileErrors errors("telegram.toml");
  const auto root = config::parse_toml(text, errors);
  Read result;
  if (root) result.book = read_rules(*root, errors);
  result.errors = errors.lines();
  return result;
}

std::string deciding(const RuleBook& book, const v1::Update& update) {
  std::string names;
  for (const Rule* rule : rules_for(book, facts_of(update)))
    names += (names.empty() ? "" : ", ") + rule->name;
  return names.empty() ? "none" : names;
}

}  // namespace

TEST_CASE("the first rule that fits decides, in the order of the file") {
  const Read result = read(R"(
known_sources = ["10.8.0.0/24"]
[rules.quiet]
kinds = ["ssh.*"]
source = "known"
send = false
[rules.admins]
kinds = ["ssh.accepted"]
users = ["root", "adm*"]
nodes = ["web*"]
[rules.rest]
)");
  REQUIRE(result.errors.empty());
  const auto& book = result.book;
  const auto login = [](const char* node, const char* user, const char* source) {
    return test::auth(1, "ssh.accepted", node, kNoon, user, source);
  };
  CHECK(deciding(book, login("web1", "root", "10.8.0.7")) == "quiet");
  CHECK(deciding(book, login("web1", "root", "192.0.2.1")) == "admins");
  CHECK(deciding(book, login("db1", "root", "192.0.2.1")) == "rest");
  CHECK(deciding(book, login("web1", "bob", "192.0.2.1")) == "rest");
  CHECK_FALSE(book.rules.at(0).send);
  v1::Update change;
  change.mutable_change()->set_resource("sessions");
  CHECK(deciding(book, change) == "none");  // rows are not news by themselves
}

TEST_CASE("what a burst only counts is left to the bursts after it, and to nobody else") {
  const Read result = read(R"(
[rules.fast]
kinds = ["ssh.failed"]
burst.count = 5
[rules.nobody]
users = ["root"]
send = false
[rules.slow]
kinds = ["ssh.*"]
burst.count = 50
[rules.rest]
)");
  REQUIRE(result.errors.empty());
  const auto failed = test::auth(1, "ssh.failed", "web1", kNoon, "root", "192.0.2.1");
  CHECK(deciding(result.book, failed) == "fast, slow");
  CHECK(deciding(result.book, test::auth(1, "ssh.closed", "web1", kNoon, "root", "192.0.2.1")) ==
        "nobody");
  CHECK(deciding(result.book, test::auth(1, "su.failed", "web1", kNoon, "eve", "")) == "rest");
  CHECK(explain(result.book, facts_of(failed)) ==
        "rule fast counts it: sent when 5 from one source came within 30s, then not again for 5m\n"
        "rule nobody isn't asked: it is no burst\n"
        "rule slow counts it: sent when 50 from one source came within 30s, then not again for "
        "5m\n"
        "rule rest isn't asked: it is no burst\n");
}

TEST_CASE("a rule's networks, hours and verification") {
  const picket::test::LocalZone zone("UTC");
  Rule rule;
  rule.sources = {*parse_prefix("192.0.2.0/24")};
  Facts facts = facts_of(test::auth(1, "ssh.failed", "web1", kNoon, "root", "192.0.2.9"));
  CHECK_FALSE(why_not(rule, facts, {}));
  CHECK(fits(rule, facts, {}));
  facts.address = parse_ip("198.51.100.1");
  CHECK(why_not(rule, facts, {}) == "its source 192.0.2.9 lies in none of its sources");
  CHECK_FALSE(fits(rule, facts, {}));
  facts.address.reset();  // a host name lies in no network
  CHECK(why_not(rule, facts, {}));
  rule.sources.clear();
  rule.known_source = true;
  CHECK(why_not(rule, facts, {}) == "its source 192.0.2.9 is not known");
  rule.known_source.reset();
  rule.hours = parse_hours("22:00-06:00");
  CHECK(why_not(rule, facts, {}) == "it was not between 22:00-06:00");
  facts.at = kNoon + std::chrono::hours(10);
  CHECK_FALSE(why_not(rule, facts, {}));
  facts.at = kNoon + std::chrono::hours(18);
  CHECK(why_not(rule, facts, {}));
  rule.hours.reset();
  rule.verified = true;
  facts.verified = false;
  CHECK(why_not(rule, facts, {}) == "it is not verified");
}

TEST_CASE("hours are two times of a day that differ") {
  for (const char* good : {"00:00-24:00", "22:00-06:00", "09:30-17:45"}) {
    INFO(good);
    REQUIRE(parse_hours(good));
    CHECK(to_string(*parse_hours(good)) == good);
  }
  for (const char* bad : {"", "-", "9:00-17:00", "09:00-09:00", "09:60-10:00", "24:01-06:00",
                          "09:00", "09:00-1a:00", "09:00-17:00 "})
    CHECK_FALSE(parse_hours(bad));
}

TEST_CASE("what is wrong in rules is said with its line") {
  const Read result = read(
      "known_sources = [\"10.8.0.0/99\"]\n"
      "[rules.a]\n"
      "kind = [\"ssh.*\"]\n"
      "hours = \"9-17\"\n"
      "source = \"mine\"\n"
      "burst = { count = -1, with_in = \"30s\" }\n");
  REQUIRE(result.errors.size() == 6);
  CHECK(result.errors[0].starts_with("telegram.toml:1: known_sources: expected a network"));
  CHECK(result.errors[1] == "telegram.toml:3: rules.a.kind: unknown key, did you mean \"kinds\"?");
  CHECK(result.errors[2].starts_with("telegram.toml:4: rules.a.hours: expected hours like"));
  CHECK(result.errors[3].starts_with("telegram.toml:5: rules.a.source: expected one of"));
  CHECK(result.errors[4].starts_with("telegram.toml:6: rules.a.burst.count: "));
  CHECK(result.errors[5].starts_with("telegram.toml:6: rules.a.burst.with_in: unknown key"));
}

TEST_CASE("rules that would do nothing are errors") {
  const auto error_of = [](const std::string& text) {
    const Read result = read(text);
    CHECK(result.errors.size() == 1);
    return result.errors.empty() ? "" : result.errors[0];
  };
  CHECK(error_of("[rules]\n").starts_with("telegram.toml:1: rules: no rule sends anything"));
  CHECK(error_of("[rules.a]\nsend = false\n").find("no rule sends") != std::string::npos);
  CHECK(error_of("[rules.a]\nburst.within = \"1m\"\n")
            .starts_with("telegram.toml:1: rules.a.burst: expected burst.count"));
  CHECK(error_of("[rules.a]\nsource = \"known\"\n").find("no known_sources") != std::string::npos);
  CHECK(error_of("known_sources = [\"10.8.0.0/24\"]\n[rules.a]\n")
            .starts_with("telegram.toml:1: known_sources: no rule asks for it"));
}

TEST_CASE("the usual rules are what a file may say, and read back the same") {
  const RuleBook usual;
  const Read result = read(to_toml(usual));
  CHECK(result.errors.empty());
  CHECK(to_toml(result.book) == to_toml(usual));
  REQUIRE(result.book.rules.size() == usual.rules.size());
  CHECK(result.book.rules[3].burst.count == 5);
}

TEST_CASE("SM32: the usual rules tell logins, failures, su, nodes, blindness and local events") {
  const RuleBook usual;
  const auto rule = [&](const char* kind) {
    return deciding(usual, test::event(1, kind, "web1", kNoon));
  };
  CHECK(rule("ssh.accepted") == "logins");
  CHECK(rule("ssh.failed") == "failures, guessing");
  CHECK(rule("su.failed") == "switches");
  CHECK(rule("node.booted") == "nodes");
  CHECK(rule("collector.failed") == "sight");
  CHECK(rule("log.gap") == "sight");
  CHECK(rule("node.identity_conflict") == "forgery");
  CHECK(rule("local.backup.failed") == "local");
  CHECK(rule("ssh.disconnected") == "none");
  CHECK(rule("session.opened") == "none");
}

TEST_CASE("explain says which rule decides, and why those before it don't") {
  const Read result = read(
      "[rules.night]\nhours = \"22:00-06:00\"\n[rules.web]\nnodes = "
      "[\"web*\"]\n[rules.many]\nburst = { count = 3 }\n");
  REQUIRE(result.errors.empty());
  const picket::test::LocalZone zone("UTC");
  const auto words = [&](const char* node) {
    return explain(result.book, facts_of(test::event(1, "ssh.failed", node, kNoon)));
  };
  CHECK(words("web1") ==
        "rule night doesn't fit: it was not between 22:00-06:00\nrule web sends it\n");
  CHECK(
      words("db1").ends_with("rule many counts it: sent when 3 from one source came within 30s, "
                             "then not again for 5m\n"));
  CHECK(explain({.known_sources = {}, .rules = {}}, facts_of(test::event(1, "x", "n", kNoon))) ==
        "no rule fits: it is not sent\n");
}

TEST_CASE("a line of watch --json has the same facts as its update") {
  v1::HubToClient frame;
  *frame.mutable_update() =
      test::auth(7, "ssh.failed", "web1", kNoon, "root", "192.0.2.9", "web1:77");
  const auto facts = facts_from_json(client::to_json(frame));
  REQUIRE(facts);
  const Facts same = facts_of(frame.update());
  CHECK(facts->kind == same.kind);
  CHECK(facts->node == same.node);
  CHECK(facts->user == same.user);
  CHECK(facts->source == same.source);
  CHECK(facts->address == same.address);
  CHECK(facts->verified == same.verified);
  CHECK(facts->attempt == same.attempt);
  CHECK(facts->at == same.at);
  for (const char* bad : {"", "[]", "{}", "{\"update\":[]}", "{\"update\":{\"event\":{}}}", "x"})
    CHECK_FALSE(facts_from_json(bad));
}

}  // namespace picket::delivery
