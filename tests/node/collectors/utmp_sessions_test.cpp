#include "node/collectors/utmp_sessions.h"

#include <sys/stat.h>

#include <filesystem>
#include <random>
#include <set>

#include "tests/support/captured_host.h"
#include "tests/support/catch.h"
#include "tests/support/utmp_records.h"

namespace picket::node {
namespace {

using test::CapturedHost;
using test::utmp_record;
using test::UtmpLogin;

std::string origin_of(const UtmpLogin& login) {
  const auto facts = parse_utmp(utmp_record(login));
  REQUIRE(facts.size() == 1);
  return facts[0].remote_host;
}

bool is_window(const UtmpLogin& login) { return parse_utmp(utmp_record(login)).at(0).window; }

const auto kAllAlive = [](pid_t) { return true; };

}  // namespace

TEST_CASE(
    "SM8: a record tells user, origin and time, and what the predecessor dropped: tty and pid") {
  const auto facts = parse_utmp(utmp_record({.host = "there.example", .address = "192.0.2.7"}));
  REQUIRE(facts.size() == 1);
  CHECK(facts[0].user == "alice");
  CHECK(facts[0].tty == "pts/3");
  CHECK(facts[0].remote_host == "192.0.2.7");
  CHECK(facts[0].pid == 100);
  CHECK(facts[0].since_us == 1'700'000'000'250'000);
  CHECK_FALSE(facts[0].window);
}

TEST_CASE("a file that a real sshd wrote is read: two logins on, one ended") {
  const std::string bytes = test::read(PICKET_FIXTURES "/node/debian12-sshd.utmp");
  if (bytes.size() != 3 * sizeof(struct utmp)) PICKET_SKIP("the records are another platform's");
  const auto facts = parse_utmp(bytes);
  REQUIRE(facts.size() == 2);
  for (const UtmpFact& fact : facts) {
    CHECK(fact.user == "alice");
    CHECK(fact.tty.starts_with("pts/"));
    CHECK(fact.pid > 0);
    CHECK_FALSE(fact.window);
  }
  const std::set<std::string> origins = {facts[0].remote_host, facts[1].remote_host};
  CHECK(origins == std::set<std::string>{"127.0.0.1", "::1"});
}

TEST_CASE("an origin is an IPv4 or IPv6 address, else the name, and no local display") {
  CHECK(origin_of({.address = "192.0.2.7"}) == "192.0.2.7");
  CHECK(origin_of({.host = "x", .address = "2001:db8::1"}) == "2001:db8::1");
  CHECK(origin_of({.address = "::1"}) == "::1");
  CHECK(origin_of({.address = "::ffff:192.0.2.7"}) == "192.0.2.7");
  CHECK(origin_of({.host = "there.example"}) == "there.example");
  CHECK(origin_of({.host = "::1"}) == "::1");
  CHECK(origin_of({.host = ""}).empty());
  CHECK(origin_of({.tty = "tty7", .host = ":0"}).empty());
}

TEST_CASE("windows of a terminal emulator or of tmux are known from logins") {
  CHECK(is_window({.host = ":0"}));
  CHECK(is_window({.host = "tmux(1234).%0"}));
  CHECK_FALSE(is_window({.tty = "tty7", .host = ":0"}));
  CHECK(is_window({.host = ":1.0"}));
  CHECK_FALSE(is_window({.host = "::1", .address = "::1"}));
  CHECK_FALSE(is_window({.host = "192.0.2.7"}));
  CHECK_FALSE(is_window({.host = "192.0.2.7 via mosh [77]"}));
}

TEST_CASE("fields as long as their space have no final zero and are whole") {
  const std::string user(UT_NAMESIZE, 'u');
  const std::string tty(UT_LINESIZE, 't');
  const std::string host(UT_HOSTSIZE, '\xFF');
  const auto facts = parse_utmp(utmp_record({.user = user, .tty = tty, .host = host}));
  REQUIRE(facts.size() == 1);
  CHECK(facts[0].user == user);
  CHECK(facts[0].tty == tty);
  CHECK(facts[0].remote_host == host);
}

TEST_CASE("only logins are listed, not boots, gettys and the dead") {
  for (const int type : {EMPTY, RUN_LVL, BOOT_TIME, NEW_TIME, OLD_TIME, INIT_PROCESS, LOGIN_PROCESS,
                         DEAD_PROCESS, ACCOUNTING}) {
    CHECK(parse_utmp(utmp_record({.type = static_cast<short>(type)})).empty());
  }
  CHECK(parse_utmp(utmp_record({.user = ""})).empty());
  CHECK(parse_utmp(utmp_record({.tty = ""})).empty());
}

TEST_CASE("SM8: times are instants, so an hour that a local clock shows twice is no trouble") {
  // 2023-10-29 02:30 in Berlin, before and after the clocks went back.
  const auto first = parse_utmp(utmp_record({.seconds = 1'698'539'400, .micros = 0}));
  const auto second = parse_utmp(utmp_record({.seconds = 1'698'543'000, .micros = 0}));
  CHECK(second.at(0).since_us - first.at(0).since_us == 3'600'000'000);
}

TEST_CASE("times after 2038 and microseconds out of range do no harm") {
  if (sizeof(utmp{}.ut_tv.tv_sec) == 4) {
    const auto late = parse_utmp(utmp_record({.seconds = INT32_MIN, .micros = 0}));
    CHECK(late.at(0).since_us == 2'147'483'648'000'000);
  }
  CHECK(parse_utmp(utmp_record({.seconds = 5, .micros = -1})).at(0).since_us == 5'000'000);
  CHECK(parse_utmp(utmp_record({.seconds = 5, .micros = 1'000'000})).at(0).since_us == 5'000'000);
}

TEST_CASE("a file of any length is read as far as its records are complete") {
  const std::string file =
      utmp_record({.user = "a"}) + utmp_record({.user = "b"}) + utmp_record({.user = "c"});
  for (std::size_t length = 0; length <= file.size(); ++length) {
    REQUIRE(parse_utmp(file.substr(0, length)).size() == length / sizeof(struct utmp));
  }
}

TEST_CASE("whatever bytes a file has, reading it ends and stays within the fields") {
  std::mt19937 random(11);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes(random() % (3 * sizeof(struct utmp)), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    if (bytes.size() >= 2) bytes.replace(0, 2, std::string("\x07\x00", 2));  // a login
    for (const UtmpFact& fact : parse_utmp(bytes)) {
      REQUIRE(fact.user.size() <= UT_NAMESIZE);
      REQUIRE(fact.tty.size() <= UT_LINESIZE);
      REQUIRE(fact.remote_host.size() <= UT_HOSTSIZE);
    }
  }
}

TEST_CASE("records without a living process are left out, as a killed sshd leaves them") {
  CapturedHost host;
  host.start({.pid = 100, .parent = 50, .uid = 0, .command = "sshd"});
  host.start({.pid = 50, .uid = 0, .command = "sshd"});
  std::string file;
  for (const pid_t pid : {100, 101, 0, -1}) file += utmp_record({.pid = pid});
  host.write_file(kUtmpPath, file);
  const UtmpSight sight = read_utmp(host.root(), [&](pid_t pid) { return host.alive(pid); });
  CHECK(sight.state.usable);
  REQUIRE(sight.facts);
  REQUIRE(sight.facts->size() == 1);
  CHECK(sight.facts->at(0).pid == 100);
  CHECK(sight.facts->at(0).ancestors == std::vector<pid_t>{50});
}

TEST_CASE(
    "SM8: a host without utmp is not a host without logins: the source says that it can't see") {
  CapturedHost host;
  const UtmpSight absent = read_utmp(host.root(), kAllAlive);
  CHECK_FALSE(absent.state.usable);
  CHECK_FALSE(absent.facts);
  CHECK(absent.state.detail.find("there is no") != std::string::npos);
  host.write_file(kUtmpPath, "");
  const UtmpSight empty = read_utmp(host.root(), kAllAlive);
  CHECK(empty.state.usable);
  REQUIRE(empty.facts);
  CHECK(empty.facts->empty());
}

TEST_CASE("what can't be read as a file is said with its reason") {
  CapturedHost host;
  host.write_file("/run/utmp/x", "");  // a folder
  const UtmpSight sight = read_utmp(host.root(), kAllAlive);
  CHECK_FALSE(sight.facts);
  CHECK(sight.state.detail.find("Is a directory") != std::string::npos);
}

TEST_CASE("a utmp file is read up to its limit, and not at all beyond it") {
  CapturedHost host;
  host.write_file(kUtmpPath, "");
  const auto path = host.root() / "run/utmp";
  std::filesystem::resize_file(path, kUtmpBytesMax);
  CHECK(read_utmp(host.root(), kAllAlive).state.usable);
  std::filesystem::resize_file(path, kUtmpBytesMax + 1);
  const UtmpSight sight = read_utmp(host.root(), kAllAlive);
  CHECK_FALSE(sight.facts);
  CHECK(sight.state.remedy == ": > " + path.string());
}

}  // namespace picket::node
