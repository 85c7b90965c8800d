// Who may do what over the socket, as real users; and whose socket it is. Citation: T3 of the
// threats. Needs root, as the tests of `setpriv` do; without it there is one user only.
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/catch.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

constexpr int kNotPermitted = 5;
constexpr const char* kNobody = "65534";
constexpr const char* kGroup = "4243";  // needs no name

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// picket as a uid of one group, beside that of the site's socket if `in_group`.
CommandResult picket_as(const Site& site, const std::string& uid, bool in_group,
                        const Words& arguments) {
  Words words = {"timeout", "20", "setpriv", "--reuid", uid, "--regid", kNobody};
  words.insert(words.end(), {"--groups", in_group ? kGroup : kNobody});
  words.insert(words.end(), {site / "picket", "--socket", site.socket()});
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run(words);
}

// As if socket_group were kGroup, which has no name here: the folder and the socket say it. And a
// client where every user can run it.
void give_to_group(const Site& site) {
  REQUIRE(run({"cp", program("picket"), site / "picket"}).status == 0);
  REQUIRE(run({"chmod", "0755", site / ""}).status == 0);
  REQUIRE(run({"chgrp", kGroup, site / "run", site.socket()}).status == 0);
}

const std::vector<Words> kObserving = {
    {"nodes"}, {"show", "web1"}, {"status"}, {"nodes", "--json"}};
const std::vector<Words> kAdministering = {{"audit"},
                                           {"token", "create", "--name", "web2"},
                                           {"token", "list"},
                                           {"token", "revoke", "000000000000"},
                                           {"node", "revoke", "web1"},
                                           {"node", "forget", "web1"}};

}  // namespace

TEST_CASE("T3: nobody may not connect, an observer may look only, administrators may do all") {
  PICKET_NEEDS_ROOT();
  Site site("[access]\nobserve = [\"uid:4244\"]\nadminister = [\"uid:4245\"]\n");
  REQUIRE(site.init().status == 0);
  site.start_hub();
  site.add_node("web1");
  give_to_group(site);
  for (const auto& arguments : kObserving) {
    CHECK(picket_as(site, kNobody, false, arguments).status == kNotPermitted);
    CHECK(picket_as(site, kNobody, true, arguments).status == kNotPermitted);  // not in [access]
    CHECK(picket_as(site, "4244", true, arguments).status == 0);
    CHECK(picket_as(site, "4245", true, arguments).status == 0);
    CHECK(site.picket(arguments).status == 0);
  }
  for (const auto& arguments : kAdministering) {
    CHECK(picket_as(site, kNobody, false, arguments).status == kNotPermitted);
    CHECK(picket_as(site, "4244", true, arguments).status == kNotPermitted);
  }
  CHECK(site.state_of("web1") == "connected");
  CHECK(contains(picket_as(site, kNobody, false, {"nodes"}).output, "join the group"));
  CHECK(picket_as(site, "4245", true, {"audit"}).status == 0);
  CHECK(picket_as(site, "4245", true, {"token", "create", "--name", "web2"}).status == 0);
  CHECK(picket_as(site, "4245", true, {"node", "revoke", "web1"}).status == 0);
  CHECK(site.state_of("web1") == "revoked");
  CHECK(contains(read(site / "hub/audit.jsonl"), "\"actor\":\"uid 4245\""));
}

TEST_CASE("T3: what an observer tried to change is in the audit file") {
  PICKET_NEEDS_ROOT();
  Site site("[access]\nobserve = [\"uid:4244\"]\n");
  REQUIRE(site.init().status == 0);
  site.start_hub();
  give_to_group(site);
  CHECK(picket_as(site, "4244", true, {"node", "revoke", "web1"}).status == kNotPermitted);
  const std::string audit = read(site / "hub/audit.jsonl");
  CHECK(contains(audit, "\"actor\":\"uid 4244\",\"action\":\"node.revoke\""));
  CHECK(contains(audit, "\"allowed\":false"));
}

TEST_CASE("the socket is its group's, 0660 in a folder of 0750") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  CHECK(mode_of(site.socket()) == 0660);
  CHECK(mode_of(site / "run") == 0750);
}

TEST_CASE("a live hub's socket is not stolen, a stale one is replaced") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  Site other;
  REQUIRE(other.init().status == 0);
  other.start_hub_unwaited({}, {"--socket", site.socket()});
  CHECK(other.hub().wait_for(std::chrono::seconds(10)).value_or(-1) == 1 << 8);
  CHECK(contains(other.hub_log(), "another daemon is running: it answers at " + site.socket()));
  CHECK(site.picket({"status"}).status == 0);
  site.kill_hub();
  REQUIRE(mode_of(site.socket()) == 0660);  // stale now
  CHECK(site.picket({"status"}).status == 4);
  site.start_hub();
  CHECK(site.picket({"status"}).status == 0);
}

TEST_CASE("a second hub on the same state folder is refused, and the first stays") {
  Site site;
  REQUIRE(site.init().status == 0);
  site.start_hub();
  const CommandResult second =
      run({"timeout", "10", program("picket-hub"), "--config", site / "hub.toml", "--listen",
           "127.0.0.1:0", "--socket", site / "run/second.sock"});
  CHECK(second.status == 1);
  CHECK(contains(second.output, "another picket-hub runs with the folder"));
  CHECK(site.picket({"status"}).status == 0);
}

TEST_CASE("a socket path that is too long is an error everywhere, with the limit in it") {
  const std::string path = "/" + std::string(107, 'x');
  Site site;
  const CommandResult hub =
      run({program("picket-hub"), "--config", site / "hub.toml", "--socket", path});
  CHECK(hub.status == 2);
  CHECK(contains(hub.output, "107"));
  const CommandResult client = run({program("picket"), "--socket", path, "status"});
  CHECK(client.status == 4);
  CHECK(contains(client.output, "107"));
}

}  // namespace picket::test
