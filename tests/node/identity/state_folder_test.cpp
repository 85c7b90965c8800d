#include "node/identity/state_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "common/x509_issue.h"
#include "tests/node/identity/membership.h"
#include "tests/support/catch.h"
#include "tests/support/command.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

using test::TestHub;

struct Rig {
  test::TemporaryFolder temporary;
  std::string path = temporary.path() + "/node";

  StateFolder open() const {
    auto opened = StateFolder::open(path);
    REQUIRE(opened);
    return *std::move(opened);
  }
};

}  // namespace

TEST_CASE("a membership is written whole, with the key for this user only, and read back") {
  const Rig rig;
  const auto folder = rig.open();
  CHECK(test::mode_of(rig.path) == 0700);
  CHECK(folder.hubs().empty());
  const TestHub hub;
  const auto membership = hub.admit("web1");
  REQUIRE(folder.save(membership, false));
  const std::string base = "hubs/" + hub.id();
  CHECK(test::list(rig.path) == "hubs\n" + base + "\n" + base + "/addresses\n" + base +
                                    "/ca.pem\n" + base + "/certificate.pem\n" + base +
                                    "/key.pem\n");
  CHECK(test::mode_of(rig.path + "/" + base) == 0700);
  CHECK(test::mode_of(rig.path + "/" + base + "/key.pem") == 0600);
  CHECK(folder.hubs() == std::vector<std::string>{hub.id()});
  CHECK(folder.has_joined(hub.id()));
  const auto loaded = folder.load(hub.id());
  REQUIRE(loaded);
  CHECK(loaded->node == "web1");
  CHECK(loaded->addresses == membership.addresses);
  CHECK(loaded->certificate.fingerprint() == membership.certificate.fingerprint());
  CHECK(loaded->ca.fingerprint() == hub.ca().fingerprint());
  CHECK(loaded->certificate.is_for(loaded->key));
}

TEST_CASE("a folder holds one membership for each hub") {
  const Rig rig;
  const auto folder = rig.open();
  const TestHub first;
  const TestHub second;
  REQUIRE(folder.save(first.admit("web1"), false));
  REQUIRE(folder.save(second.admit("other-name"), false));
  CHECK(folder.hubs().size() == 2);
  CHECK(folder.load(first.id())->node == "web1");
  CHECK(folder.load(second.id())->node == "other-name");
}

TEST_CASE("a membership is replaced only when that was asked for, and then whole") {
  const Rig rig;
  const auto folder = rig.open();
  const TestHub hub;
  REQUIRE(folder.save(hub.admit("web1"), false));
  CHECK_FALSE(folder.save(hub.admit("web2"), false));
  CHECK(folder.load(hub.id())->node == "web1");
  REQUIRE(folder.save(hub.admit("web3"), true));
  CHECK(folder.load(hub.id())->node == "web3");
  CHECK(folder.hubs().size() == 1);
  CHECK(test::list(rig.path).find(".new-") == std::string::npos);
  // To replace what isn't there is to join.
  const TestHub other;
  REQUIRE(folder.save(other.admit("web4"), true));
  CHECK(folder.load(other.id())->node == "web4");
}

TEST_CASE("a full disk costs neither the old membership nor leaves half of a new one") {
  const Rig rig;
  const auto folder = rig.open();
  const TestHub hub;
  const TestHub other;
  REQUIRE(folder.save(hub.admit("web1"), false));
  const std::string before = test::list(rig.path);
  for (const rlim_t bytes : {0, 100, 240, 300, 500}) {
    const test::FileSizeLimit disk_full(bytes);
    CHECK_FALSE(folder.save(hub.admit("web2"), true));
    CHECK_FALSE(folder.save(other.admit("web1"), false));
  }
  CHECK(test::list(rig.path) == before);
  CHECK(folder.load(hub.id())->node == "web1");
}

TEST_CASE("what a crash left unfinished is no membership") {
  const Rig rig;
  const auto folder = rig.open();
  const TestHub hub;
  const std::string left = rig.path + "/hubs/" + hub.id() + ".new-abcdef";
  REQUIRE(mkdir(left.c_str(), 0700) == 0);
  test::write(left + "/key.pem", "half");
  CHECK(folder.hubs().empty());
  CHECK_FALSE(folder.has_joined(hub.id()));
  CHECK(folder.load(hub.id()).error() == "this node has not joined the hub " + hub.id());
  CHECK(folder.save(hub.admit("web1"), false));
  CHECK(folder.load(hub.id()));
}

TEST_CASE("a missing, damaged, foreign or unprotected file is named") {
  const Rig rig;
  const auto folder = rig.open();
  const TestHub hub;
  REQUIRE(folder.save(hub.admit("web1"), false));
  const std::string base = rig.path + "/hubs/" + hub.id();
  const auto error_with = [&](const std::string& name, const std::string& content) {
    const std::string before = test::read(base + name);
    test::write(base + name, content);
    const auto loaded = folder.load(hub.id());
    test::write(base + name, before);
    return loaded ? std::string() : loaded.error();
  };
  const TestHub other;
  const auto stranger = other.admit("web1");
  const auto sibling = hub.admit("web2");
  CHECK(error_with("/key.pem", "") == base + "/key.pem is damaged: not a private key in PEM form");
  CHECK(error_with("/key.pem", std::string(sibling.key.to_pem().reveal())) ==
        base + "/key.pem is not the key of " + base + "/certificate.pem");
  CHECK(error_with("/certificate.pem", "x") ==
        base + "/certificate.pem is damaged: not a certificate in PEM form");
  CHECK(error_with("/certificate.pem", stranger.certificate.to_pem()) ==
        base + "/certificate.pem is not a node's certificate by the CA in " + base + "/ca.pem");
  CHECK(error_with("/certificate.pem", hub.ca().to_pem()) ==
        base + "/certificate.pem is not a node's certificate by the CA in " + base + "/ca.pem");
  CHECK(error_with("/ca.pem", other.ca().to_pem()) ==
        base + "/ca.pem is not the CA of the hub " + hub.id());
  CHECK(error_with("/addresses", "") == base + "/addresses: the hub has no address");
  REQUIRE(chmod((base + "/key.pem").c_str(), 0644) == 0);
  CHECK(folder.load(hub.id()).error() ==
        base + "/key.pem has mode 0644, so that others may read it: chmod go= " + base +
            "/key.pem");
  REQUIRE(chmod((base + "/key.pem").c_str(), 0600) == 0);
  CHECK(folder.load(hub.id()));
}

TEST_CASE("an id that is none can't lead out of the folder") {
  const Rig rig;
  const auto folder = rig.open();
  for (const char* id :
       {"", "..", "../../../../etc", "0123456789abcde", "0123456789ABCDEF", "0123456789abcdef0"}) {
    CHECK_FALSE(folder.has_joined(id));
    CHECK_FALSE(folder.load(id));
  }
  const TestHub hub;
  auto membership = hub.admit("web1");
  membership.hub_id = "../../escape";
  CHECK_FALSE(folder.save(membership, false));
  CHECK(test::list(rig.temporary.path()) == "node\nnode/hubs\n");
}

TEST_CASE("a folder that others may write is refused") {
  const Rig rig;
  REQUIRE(mkdir(rig.path.c_str(), 0700) == 0);
  REQUIRE(chmod(rig.path.c_str(), 0770) == 0);
  CHECK(StateFolder::open(rig.path).error() ==
        rig.path + " has mode 0770, so that others may change it: chmod go-w " + rig.path);
  CHECK(StateFolder::open(rig.temporary.path() + "/none/node").error() ==
        "can't make " + rig.temporary.path() + "/none/node: No such file or directory");
}

TEST_CASE("two agents can't run in one folder") {
  const Rig rig;
  const auto folder = rig.open();
  {
    const auto first = folder.lock();
    REQUIRE(first);
    CHECK(rig.open().lock().error() == "another picket-node runs with the folder " + rig.path);
  }
  CHECK(folder.lock());
}

TEST_CASE("the folder's id is the same until the next boot, and another for a copy") {
  const Rig rig;
  const auto folder = rig.open();
  const auto id = folder.folder_id("boot-1");
  REQUIRE(id);
  CHECK(id->size() == 64);
  CHECK(*rig.open().folder_id("boot-1") == *id);
  CHECK(*folder.folder_id("boot-2") != *id);
  REQUIRE(test::run({"cp", "-a", rig.path, rig.temporary.path() + "/copy"}).status == 0);
  const auto copy = StateFolder::open(rig.temporary.path() + "/copy");
  REQUIRE(copy);
  CHECK(*copy->folder_id("boot-1") != *id);
  // Moved is not copied.
  REQUIRE(rename(rig.path.c_str(), (rig.temporary.path() + "/moved").c_str()) == 0);
  const auto moved = StateFolder::open(rig.temporary.path() + "/moved");
  REQUIRE(moved);
  CHECK(*moved->folder_id("boot-1") == *id);
}

}  // namespace picket::node
