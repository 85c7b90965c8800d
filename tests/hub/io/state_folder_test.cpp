#include "hub/io/state_folder.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/command.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/temporary_folder.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;

const WallTime kNow = from_unix_ns(1'800'000'000'000'000'000);
const std::vector<std::string> kAddresses = {"hub.example.org:9992"};

struct Rig {
  test::TemporaryFolder folder;
  std::string path = folder.path() + "/hub";

  Rig() { REQUIRE(StateFolder::init(path, kAddresses, kNow)); }
  // The error of open(), which must fail.
  std::string error(WallTime now = kNow) const {
    const auto opened = StateFolder::open(path, now);
    REQUIRE_FALSE(opened);
    return opened.error();
  }
};

}  // namespace

TEST_CASE("init makes a whole hub and says what there is to know about it") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/hub";
  const auto made = StateFolder::init(path + "/", kAddresses, kNow);
  REQUIRE(made);
  CHECK(made->folder == path);
  CHECK(made->addresses == kAddresses);
  CHECK(made->hub_id.size() == 16);
  CHECK(made->ca_fingerprint.substr(0, 16) == made->hub_id);
  CHECK(made->ca_expires == kNow + limits::kCaValidity);
  CHECK(test::list(folder.path()) ==
        "hub\nhub/addresses\nhub/ca.key.pem\nhub/ca.pem\nhub/hub.key.pem\nhub/hub.pem\nhub/"
        "identities\n");
  CHECK(test::mode_of(path) == 0700);
  for (const char* secret : {"/ca.key.pem", "/hub.key.pem", "/identities"}) {
    CHECK(test::mode_of(path + secret) == 0600);
  }

  const auto hub = StateFolder::open(path, kNow);
  REQUIRE(hub);
  CHECK(hub->hub_id() == made->hub_id);
  CHECK(hub->addresses() == kAddresses);
  CHECK(hub->certificate().not_before() == kNow - limits::kCertificateBackdate);
  CHECK(hub->certificate().not_after() == kNow + limits::kHubCertificateValidity);
}

TEST_CASE("openssl agrees that the hub's certificate is a server's by its CA") {
  const Rig rig;
  const std::string at = std::to_string(to_unix_ns(kNow) / 1'000'000'000);
  const auto verified =
      test::run({"openssl", "verify", "-x509_strict", "-attime", at, "-purpose", "sslserver",
                 "-CAfile", rig.path + "/ca.pem", rig.path + "/hub.pem"});
  CHECK(verified.status == 0);
}

TEST_CASE("a hub that is there is never overwritten") {
  const Rig rig;
  const auto key = test::read(rig.path + "/ca.key.pem");
  const auto again = StateFolder::init(rig.path, kAddresses, kNow);
  REQUIRE_FALSE(again);
  CHECK(again.error() == "there is a hub in " + rig.path +
                             " already; remove that folder only if all its nodes may be lost");
  CHECK(test::read(rig.path + "/ca.key.pem") == key);
}

TEST_CASE("init takes an empty folder, but no other and no file") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/hub";
  REQUIRE(mkdir(path.c_str(), 0755) == 0);
  CHECK(StateFolder::init(path, kAddresses, kNow));
  CHECK(test::mode_of(path) == 0700);
  test::write(folder.path() + "/file", "");
  CHECK_FALSE(StateFolder::init(folder.path() + "/file", kAddresses, kNow));
  const auto full = StateFolder::init(folder.path(), kAddresses, kNow);
  REQUIRE_FALSE(full);
  CHECK(full.error() ==
        folder.path() + " is there and is not an empty folder; choose another, or remove it");
}

TEST_CASE("an init that fails leaves nothing behind") {
  const test::TemporaryFolder folder;
  CHECK_FALSE(StateFolder::init(folder.path() + "/none/hub", kAddresses, kNow));
  CHECK_FALSE(StateFolder::init(folder.path() + "/hub", {"no port"}, kNow));
  CHECK_FALSE(StateFolder::init(folder.path() + "/hub", {}, kNow));
  CHECK(test::list(folder.path()).empty());
}

TEST_CASE("an init that runs out of disk anywhere leaves nothing behind") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/hub";
  int failures = 0;
  for (const rlim_t bytes : {0, 1, 100, 200, 240, 260, 400, 550, 600, 650, 700}) {
    const test::FileSizeLimit disk_full(bytes);
    if (StateFolder::init(path, kAddresses, kNow)) break;
    ++failures;
    CHECK(test::list(folder.path()).empty());
  }
  CHECK(failures > 5);
}

TEST_CASE("an init that is killed while it writes any of its files leaves no hub") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/hub";
  for (const rlim_t bytes : {0, 1, 100, 200, 240, 260, 400, 550, 600, 650}) {
    const pid_t child = fork();
    if (child == 0) {
      const rlimit none{0, 0};
      const rlimit limit{bytes, bytes};
      setrlimit(RLIMIT_CORE, &none);
      setrlimit(RLIMIT_FSIZE, &limit);  // SIGXFSZ kills at the first write past it
      _exit(StateFolder::init(path, kAddresses, kNow) ? 0 : 1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK_FALSE(std::filesystem::exists(path));
  }
  REQUIRE(StateFolder::init(path, kAddresses, kNow));
  CHECK(StateFolder::open(path, kNow));
}

TEST_CASE("what an init that was killed left beside the folder is no hub and in nobody's way") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/hub";
  REQUIRE(mkdir((path + ".new-abcdef").c_str(), 0700) == 0);
  test::write(path + ".new-abcdef/ca.key.pem", "half");
  const auto opened = StateFolder::open(path, kNow);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().find("there is no hub in " + path + ": make one with picket-hub init") == 0);
  CHECK(StateFolder::init(path, kAddresses, kNow));
  CHECK(StateFolder::open(path, kNow));
}

TEST_CASE("a missing, damaged, foreign or unprotected file is named") {
  const Rig rig;
  const Rig other;
  const auto swap_in = [&](const std::string& name, const std::string& content) {
    const std::string before = test::read(rig.path + name);
    test::write(rig.path + name, content);
    const std::string error = rig.error();
    test::write(rig.path + name, before);
    return error;
  };
  const std::string& path = rig.path;
  CHECK(swap_in("/ca.key.pem", "x") ==
        path + "/ca.key.pem is damaged: not a private key in PEM form");
  CHECK(swap_in("/ca.pem", "x") == path + "/ca.pem is damaged: not a certificate in PEM form");
  CHECK(swap_in("/hub.pem", "x") == path + "/hub.pem is damaged: not a certificate in PEM form");
  CHECK(swap_in("/hub.key.pem", "") ==
        path + "/hub.key.pem is damaged: not a private key in PEM form");
  CHECK(swap_in("/ca.key.pem", test::read(other.path + "/ca.key.pem")) ==
        path + "/ca.key.pem is not the key of " + path + "/ca.pem");
  CHECK(swap_in("/ca.pem", test::read(path + "/hub.pem")) ==
        path + "/ca.pem is not the certificate of a picket CA");
  CHECK(swap_in("/hub.pem", test::read(other.path + "/hub.pem")) ==
        path + "/hub.pem is not a hub's certificate by the CA in " + path + "/ca.pem");
  CHECK(swap_in("/hub.key.pem", test::read(other.path + "/hub.key.pem")) ==
        path + "/hub.key.pem is not the key of " + path + "/hub.pem");
  CHECK(swap_in("/addresses", "nonsense\n")
            .find(path + "/addresses: \"nonsense\" is not an address") == 0);
  REQUIRE(chmod((path + "/ca.key.pem").c_str(), 0640) == 0);
  CHECK(rig.error() == path + "/ca.key.pem has mode 0640, so that others may read it: chmod go= " +
                           path + "/ca.key.pem");
  REQUIRE(chmod((path + "/ca.key.pem").c_str(), 0600) == 0);
  REQUIRE(chmod(path.c_str(), 0777) == 0);
  CHECK(rig.error() == path + " has mode 0777, so that others may change it: chmod go-w " + path);
  REQUIRE(chmod(path.c_str(), 0700) == 0);
  REQUIRE(unlink((path + "/hub.key.pem").c_str()) == 0);
  CHECK(rig.error() == "can't read " + path + "/hub.key.pem: No such file or directory");
}

TEST_CASE("the hub makes its own certificate anew when 30 days are left, with the same key") {
  const Rig rig;
  const std::string first = test::read(rig.path + "/hub.pem");
  const WallTime due = kNow + limits::kHubCertificateValidity - limits::kHubCertificateRenewal;
  REQUIRE(StateFolder::open(rig.path, due));
  CHECK(test::read(rig.path + "/hub.pem") == first);
  {
    const auto hub = StateFolder::open(rig.path, due + 1s);
    REQUIRE(hub);
    CHECK(hub->certificate().not_after() == due + 1s + limits::kHubCertificateValidity);
    CHECK(hub->certificate().is_for(hub->key()));
    CHECK(test::read(rig.path + "/hub.pem") == hub->certificate().to_pem());
  }
  // Also long after it has expired: a hub that was off for years comes back.
  CHECK(StateFolder::open(rig.path, due + 24h * 365 * 5));
}

TEST_CASE("a hub that runs for long renews its certificate while it runs") {
  const Rig rig;
  auto hub = StateFolder::open(rig.path, kNow);
  REQUIRE(hub);
  const auto early = hub->renew_certificate(kNow + 24h);
  REQUIRE(early);
  CHECK_FALSE(*early);
  const auto late = hub->renew_certificate(kNow + 24h * 340);
  REQUIRE(late);
  CHECK(*late);
  CHECK(hub->certificate().not_after() == kNow + 24h * 340 + limits::kHubCertificateValidity);
}

TEST_CASE("a clock outside the CA's life is said to be wrong, and by how much") {
  const Rig rig;
  CHECK(rig.error(from_unix_ns(0)) ==
        "this host's clock is 57 years or more behind: the hub's CA certificate "
        "is not valid yet; set the clock");
  CHECK(rig.error(kNow + limits::kCaValidity + 48h) ==
        "the hub's CA certificate expired 2 days ago by this host's clock; set the clock, or begin "
        "anew with "
        "picket-hub init");
}

TEST_CASE("two hubs can't run with one folder") {
  const Rig rig;
  const auto first = StateFolder::open(rig.path, kNow);
  REQUIRE(first);
  CHECK(rig.error() == "another picket-hub runs with the folder " + rig.path);
}

}  // namespace picket::hub
