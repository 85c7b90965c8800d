// Who may run what where.
#include "hub/core/access.h"

#include <string>
#include <vector>

#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_text.h"

namespace picket::hub {
namespace {

constexpr uint32_t kAlice = 1000;
constexpr uint32_t kBob = 1001;
constexpr uint32_t kAdministrator = 1002;
constexpr uint32_t kObserver = 1003;
constexpr uint32_t kOps = 500;  // a group

Caller caller(uint32_t uid, std::vector<uint32_t> groups = {}) {
  return {.uid = uid, .gid = uid, .groups = std::move(groups)};
}

AccessRules rules() {
  AccessRules rules;
  rules.hub_uid = 200;
  rules.observe_uids = {kObserver};
  rules.administer_uids = {kAdministrator};
  rules.run = {{.uids = {kAlice}, .gids = {}, .labels = {"disk-*", "uptime"}, .nodes = {"web*"}},
               {.uids = {kAlice}, .gids = {}, .labels = {"restart"}, .nodes = {"db?", "mail"}},
               {.uids = {}, .gids = {kOps}, .labels = {"*"}, .nodes = {"*"}}};
  return rules;
}

}  // namespace

TEST_CASE("a rule lets its users and groups run its labels on its nodes, and nothing else") {
  struct Case {
    Caller who;
    std::string label;
    std::string node;
    bool may;
  };
  const std::vector<Case> cases = {
      {caller(kAlice), "disk-usage", "web1", true},
      {caller(kAlice), "disk-", "web", true},
      {caller(kAlice), "uptime", "web1", true},
      {caller(kAlice), "restart", "db1", true},
      {caller(kAlice), "restart", "mail", true},
      {caller(kAlice), "disk-usage", "db1", false},  // the label of one rule, the node of another
      {caller(kAlice), "restart", "web1", false},
      {caller(kAlice), "restart", "db10", false},
      {caller(kAlice), "restart", "mail2", false},
      {caller(kAlice), "uptimes", "web1", false},
      {caller(kAlice), "disk", "web1", false},
      {caller(kAlice), "Disk-usage", "web1", false},
      {caller(kAlice), "disk-usage", "xweb1", false},
      {caller(kAlice), "disk-usage", "WEB1", false},
      {caller(kBob), "disk-usage", "web1", false},
      {caller(kBob, {kOps}), "anything", "anywhere", true},
      {{.uid = kBob, .gid = kOps, .groups = {}}, "anything", "anywhere", true},
      {caller(kBob, {kAlice}), "disk-usage", "web1", false},  // her uid as his gid
      {caller(kOps), "uptime", "web1", false},                // the group's gid as his uid...
      {caller(kObserver), "uptime", "web1", false},
      {caller(65534), "uptime", "web1", false},
      {caller(kAdministrator), "anything", "anywhere", true},
      {caller(0), "anything", "anywhere", true},
      {caller(200), "anything", "anywhere", true},
  };
  const Access access(rules());
  for (const auto& [who, label, node, may] : cases) {
    INFO(to_string(who) << " runs " << label << " on " << node);
    Caller without_own_group = who;
    if (who.uid == kOps) without_own_group.gid = 1;  // ...and not as his gid
    CHECK(access.may_run(without_own_group, label, node) == may);
  }
}

TEST_CASE("without rules only who administers may run anything") {
  const Access access(AccessRules{});
  CHECK(access.may_run(caller(0), "uptime", "web1"));
  CHECK_FALSE(access.may_run(caller(kAlice, {kOps}), "uptime", "web1"));
}

TEST_CASE("to run is not to observe, nor to administer") {
  const Access access(rules());
  CHECK(access.of(caller(kAlice)) == Permission::kNone);
  CHECK(access.of(caller(kBob, {kOps})) == Permission::kNone);
}

TEST_CASE("T3: what can be no label or no node's name is run by nobody, whatever the globs") {
  std::vector<std::string> hostile = {"",
                                      "*",
                                      "?",
                                      "disk-*",
                                      "disk-usage\n",
                                      " disk-usage",
                                      "disk-usage;id",
                                      "disk-usage/../x",
                                      "-disk",
                                      ".disk",
                                      "disk-\u202eusage",
                                      "disk-us\u00e4ge",
                                      std::string("disk-\0usage", 11),
                                      std::string(limits::kCommandNameBytesMax + 1, 'x')};
  for (const std::string& text : test::hostile_texts()) hostile.push_back("disk-" + text + "\x7f");
  const Access access(rules());
  for (const std::string& text : hostile) {
    CAPTURE(text);
    for (const Caller& who : {caller(0), caller(kAlice), caller(kBob, {kOps})}) {
      CHECK_FALSE(access.may_run(who, text, "web1"));
      CHECK_FALSE(access.may_run(who, "disk-usage", text));
    }
  }
  CHECK(access.may_run(caller(0), std::string(limits::kCommandNameBytesMax, 'x'), "web1"));
}

TEST_CASE("a glob of stars alone takes no longer than its length times the label's") {
  AccessRules slow;
  std::string stars;
  for (int i = 0; i < 120; ++i) stars += "*a";
  slow.run = {{.uids = {kAlice}, .gids = {}, .labels = {stars + "b"}, .nodes = {"*"}}};
  const std::string label(limits::kCommandNameBytesMax, 'a');
  CHECK_FALSE(Access(slow).may_run(caller(kAlice), label, "web1"));
}

}  // namespace picket::hub
