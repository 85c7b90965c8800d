// T8, end to end: what a program really gets, as a spy program tells that is run in its place.
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/node/executor/executor_rig.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_text.h"
#include "tests/support/sanitized.h"

namespace picket::node {
namespace {

using nlohmann::json;
using test::ExecutorRig;
using End = v1::ExecutionEnd;

// Of 25 runs; a sanitizer makes starting processes slow.
constexpr int kSwapRounds = test::kSanitized ? 40 : 400;

bool possible() { return test::TrustedFolder::possible(); }

// Where `%/spy` is the spy.
class SpyRig : public ExecutorRig {
 public:
  explicit SpyRig(const std::string& allowlist) : ExecutorRig("") {
    std::filesystem::copy_file(PICKET_COMMAND_SPY, folder / "spy");
    REQUIRE(::chmod((folder / "spy").c_str(), 0755) == 0);
    write_allowlist(allowlist);
  }
  // What the spy says; null: it was refused.
  json report(const std::string& label, const Arguments& arguments = {}) {
    const std::string id = run(label, arguments);
    const End ended = end(id);
    INFO(ended.reason());
    if (ended.kind() == End::KIND_REFUSED) return nullptr;
    REQUIRE(ended.kind() == End::KIND_EXITED);
    REQUIRE(ended.code() == 0);
    json said = json::parse(output(id));
    messages.clear();
    return said;
  }
};

std::string hex(const std::string& bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4U];
    text += kDigits[static_cast<unsigned char>(c) & 0xfU];
  }
  return text;
}

constexpr const char* kEntry = R"(
[commands.LABEL]
argv = ["%/spy", "{p}", "--unit={p}.service", "{{p}}"]
user = "nobody"
[commands.LABEL.parameters.p]
)";

std::string entry(const std::string& label, const std::string& rule) {
  std::string text = kEntry;
  for (std::size_t at = 0; (at = text.find("LABEL")) != std::string::npos;)
    text.replace(at, 5, label);
  return text + rule + "\n";
}

}  // namespace

TEST_CASE("T8: a program has what its entry says, and nothing of the executor's") {
  if (!possible()) PICKET_SKIP("needs root");
  SpyRig rig(
      "[commands.spy]\nargv = [\"%/spy\", \"a b\", \"\"]\nuser = \"nobody\"\ncwd = \"/usr\"\n"
      "env = { TZ = \"UTC\", PATH = \"/bin\" }\n");
  const UniqueFd secret(::open("/etc/shadow", O_RDONLY));  // not even close-on-exec
  REQUIRE(secret);
  ::setenv("PICKET_TEST_SECRET", "1", 1);
  const json said = rig.report("spy");
  ::unsetenv("PICKET_TEST_SECRET");
  CHECK(said["argv"] == json({hex(rig.folder / "spy"), hex("a b"), ""}));
  CHECK(said["env"] == json({"HOME=/nonexistent", "LANG=C.UTF-8", "LOGNAME=nobody", "PATH=/bin",
                             "TZ=UTC", "USER=nobody"}));
  CHECK(said["descriptors"] == json({{"0", "/dev/null"}, {"1", "pipe"}, {"2", "pipe"}}));
  CHECK(said["cwd"] == "/usr");
  const passwd* nobody = ::getpwnam("nobody");
  const auto uid = nobody->pw_uid;
  const auto gid = nobody->pw_gid;
  CHECK(said["ids"]["uid"] == json({uid, uid, uid}));
  CHECK(said["ids"]["gid"] == json({gid, gid, gid}));
  CHECK(said["ids"]["groups"] == json({gid}));
  CHECK(said["umask"] == 022);
  if (!test::kSanitized) CHECK(said["signals"] == json::array());  // it handles some in the spy
  CHECK(said["leads_session"] == true);
  CHECK(said["input_bytes"] == 0);
  CHECK(said["core"] == 0);
  CHECK(said["files"] <= 1024);
}

TEST_CASE("a command runs with its user's groups") {
  if (!possible()) PICKET_SKIP("needs root");
  SpyRig rig("[commands.spy]\nargv = [\"%/spy\"]\nuser = \"root\"\n");
  gid_t groups[64];
  int count = 64;
  REQUIRE(::getgrouplist("root", 0, groups, &count) >= 0);
  const json said = rig.report("spy");
  const auto told = said["ids"]["groups"].get<std::set<gid_t>>();
  CHECK(told == std::set<gid_t>(groups, groups + count));
  CHECK(said["ids"]["uid"] == json({0, 0, 0}));
}

TEST_CASE("T8: each hostile parameter reaches a program as it is, or is refused") {
  if (!possible()) PICKET_SKIP("needs root");
  SpyRig rig(entry("one_of", "one_of = [\"nginx\", \"postgresql\"]") +
             entry("pattern", "pattern = \"[a-z0-9.@-]+\"") +
             entry("anything", "pattern = \"(?s).*\"\nmax_length = 1024\nallow_empty = true") +
             entry("number", "min = 0\nmax = 100") + entry("path", "path_under = \"/srv/data\""));
  const json expected_env = {"HOME=/nonexistent", "LANG=C.UTF-8", "LOGNAME=nobody",
                             "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                             "USER=nobody"};
  const json expected_descriptors = {{"0", "/dev/null"}, {"1", "pipe"}, {"2", "pipe"}};
  std::map<std::string, int> ran;
  const auto values = test::hostile_parameters();
  REQUIRE(values.size() >= 300);
  for (const char* label : {"one_of", "pattern", "anything", "number", "path"}) {
    for (const std::string& value : values) {
      INFO(label << ": " << hex(value));
      const json said = rig.report(label, {{"p", value}});
      if (said.is_null()) continue;
      ++ran[label];
      CHECK(said["argv"] == json({hex(rig.folder / "spy"), hex(value),
                                  hex("--unit=" + value + ".service"), hex("{p}")}));
      CHECK(said["env"] == expected_env);
      CHECK(said["descriptors"] == expected_descriptors);
      CHECK(said["cwd"] == "/");
      CHECK(said["ids"]["uid"][1] == ::getpwnam("nobody")->pw_uid);
    }
  }
  CHECK(ran["one_of"] == 2);
  CHECK(ran["number"] == 4);
  CHECK(ran["path"] == 0);  // there is nothing there
  CHECK(ran["anything"] > 100);
  CHECK(ran["pattern"] > 5);
}

TEST_CASE("a script is run, with its own path") {
  if (!possible()) PICKET_SKIP("needs root");
  SpyRig rig("[commands.x]\nargv = [\"%/script\", \"a\"]\nuser = \"nobody\"\n");
  test::write(rig.folder / "script", "#!/bin/sh\necho \"$0 $1\"\n");
  REQUIRE(::chmod((rig.folder / "script").c_str(), 0755) == 0);
  const std::string id = rig.run("x");
  CHECK(rig.end(id).code() == 0);
  CHECK(rig.output(id) == rig.folder / "script a\n");
}

// Another process puts root's program and somebody else's in the same place, as fast as it can: one
// exits with 0, the other with 1. What was looked at is what is run.
TEST_CASE("T8: a program that is swapped while it is looked at is root's, or isn't run") {
  if (!possible()) PICKET_SKIP("needs root");
  SpyRig rig("[commands.x]\nargv = [\"%/bin/program\"]\nuser = \"nobody\"\nconcurrency = 32\n");
  const std::string folder = rig.folder / "bin";
  REQUIRE(::mkdir(folder.c_str(), 0755) == 0);
  const std::string program = folder + "/program";
  std::filesystem::copy_file("/bin/true", folder + "/good");
  std::filesystem::copy_file("/bin/false", folder + "/bad");
  REQUIRE(::chown((folder + "/bad").c_str(), 12345, 0) == 0);
  REQUIRE(::link((folder + "/good").c_str(), program.c_str()) == 0);
  const std::string next = folder + "/next";
  const std::string files[] = {folder + "/bad", folder + "/good"};
  const pid_t swapper = ::fork();
  if (swapper == 0) ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  for (int i = 0; swapper == 0; ++i) {
    (void)::link(files[i % 2].c_str(), next.c_str());
    (void)::rename(next.c_str(), program.c_str());
    (void)::unlink(next.c_str());
  }
  int good = 0;
  int refused = 0;
  int bad = 0;
  for (int round = 0; round < kSwapRounds; ++round) {
    std::vector<std::string> ids;
    for (int i = 0; i < 25; ++i) ids.push_back(rig.run("x"));
    for (const std::string& id : ids) {
      const End end = rig.end(id);
      if (end.kind() == End::KIND_REFUSED) ++refused;
      if (end.kind() == End::KIND_EXITED && end.code() == 0) ++good;
      if (end.kind() == End::KIND_EXITED && end.code() != 0) ++bad;
    }
    rig.messages.clear();
  }
  ::kill(swapper, SIGKILL);
  CHECK(::waitpid(swapper, nullptr, 0) == swapper);
  CHECK(bad == 0);
  CHECK(good + refused == 25 * kSwapRounds);
  CHECK(good > 0);
  CHECK(refused > 0);
}

}  // namespace picket::node
