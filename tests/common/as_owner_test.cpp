#include "common/as_owner.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "common/files.h"
#include "common/new_folder.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

namespace picket {
namespace {

constexpr uid_t kService = 4711;
constexpr gid_t kGroup = 4712;

uid_t owner_of(const std::string& path) {
  struct stat status{};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_uid;
}

}  // namespace

TEST_CASE("root acts as a folder's owner for a while, without root's groups") {
  PICKET_NEEDS_ROOT();
  const test::TemporaryFolder folder;
  REQUIRE(chown(folder.path().c_str(), kService, kGroup) == 0);
  {
    const AsOwnerOf owner(folder.path());
    CHECK(owner.changed());
    CHECK(geteuid() == kService);
    CHECK(getegid() == kGroup);
    std::vector<gid_t> groups(16);
    CHECK(getgroups(16, groups.data()) == 1);
    CHECK(groups.front() == kGroup);
    CHECK(write_file(folder / "new", "", 0600));
    CHECK_FALSE(read_file("/etc/shadow", 1 << 20));
  }
  CHECK(geteuid() == 0);
  CHECK(owner_of(folder / "new") == kService);
  CHECK(read_file("/etc/shadow", 1 << 20));
}

TEST_CASE("nobody else is acted as: root's own folder, or none, changes nothing") {
  const test::TemporaryFolder folder;
  const uid_t before = geteuid();
  const AsOwnerOf own(folder.path());
  const AsOwnerOf none(folder / "none");
  CHECK(own.changed());
  CHECK(none.changed());
  CHECK(geteuid() == before);
}

TEST_CASE("what root puts in place of a service's folder is the service's") {
  PICKET_NEEDS_ROOT();
  const test::TemporaryFolder folder;
  const std::string place = folder / "state";
  REQUIRE(mkdir(place.c_str(), 0700) == 0);
  REQUIRE(chown(place.c_str(), kService, kGroup) == 0);
  NewFolder fresh(place);
  REQUIRE(fresh.made());
  REQUIRE(mkdir((fresh.path() + "/below").c_str(), 0700) == 0);
  REQUIRE(write_file(fresh.path() + "/below/key", "k", 0600));
  REQUIRE(symlink("/etc/shadow", (fresh.path() + "/link").c_str()) == 0);
  REQUIRE(fresh.publish());
  CHECK(owner_of(place) == kService);
  CHECK(owner_of(place + "/below/key") == kService);
  CHECK(owner_of("/etc/shadow") == 0);
}

TEST_CASE("root makes no folder where another user could put something else in its place") {
  PICKET_NEEDS_ROOT();
  const test::TemporaryFolder folder;
  const std::string theirs = folder / "theirs";
  REQUIRE(mkdir(theirs.c_str(), 0755) == 0);
  REQUIRE(chown(theirs.c_str(), kService, kGroup) == 0);
  CHECK(NewFolder(theirs + "/state").made().error().find("chown root " + theirs) !=
        std::string::npos);
  REQUIRE(mkdir((theirs + "/roots").c_str(), 0755) == 0);  // which they may rename
  CHECK_FALSE(NewFolder(theirs + "/roots/state").made());
  REQUIRE(chown(theirs.c_str(), 0, 0) == 0);
  CHECK(NewFolder(theirs + "/state").made());
  REQUIRE(chmod(theirs.c_str(), 0777) == 0);
  CHECK_FALSE(NewFolder(theirs + "/state").made());
  REQUIRE(chmod(theirs.c_str(), 01777) == 0);  // as /tmp
  CHECK(NewFolder(theirs + "/state").made());
}

}  // namespace picket
