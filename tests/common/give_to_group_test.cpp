#include "common/give_to_group.h"

#include <sys/stat.h>
#include <unistd.h>

#include "common/accept.h"
#include "common/as_owner.h"
#include "common/dial.h"
#include "common/files.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

namespace picket {
namespace {

constexpr uid_t kService = 4711;
constexpr gid_t kOwnGroup = 4712;
constexpr gid_t kOtherGroup = 4713;

const std::string kWhy =
    " to group 4713: Operation not permitted; start this program with that as its own group, in a "
    "unit of systemd by Group=";

gid_t group_of(const std::string& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_gid;
}

}  // namespace

TEST_CASE("root gives to any group") {
  PICKET_NEEDS_ROOT();
  const test::TemporaryFolder folder;
  REQUIRE(write_file(folder / "file", "", 0600));
  CHECK(give_to_group(folder / "file", kOtherGroup));
  CHECK(group_of(folder / "file") == kOtherGroup);
}

TEST_CASE("a service gives to its own group, and says how to start it when it shall to another") {
  PICKET_NEEDS_ROOT();
  const test::TemporaryFolder folder;
  REQUIRE(::chown(folder.path().c_str(), kService, kOwnGroup) == 0);
  const AsOwnerOf service(folder.path());
  const std::string path = folder / "socket";
  {
    const auto refused = listen_unix(path, {.mode = 0660, .group = kOtherGroup});
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == "can't give " + path + kWhy);
  }
  CHECK(group_of(path) == kOwnGroup);
  CHECK(give_to_group(path, kOtherGroup).error() == "can't give " + path + kWhy);
  // What that attempt left is not in the way of the next.
  const auto listener = listen_unix(path, {.mode = 0660, .group = kOwnGroup});
  REQUIRE(listener);
  CHECK(group_of(path) == kOwnGroup);
  CHECK(dial_unix(path));
}

TEST_CASE("what isn't there can't be given: the error says that, and nothing of groups to run in") {
  const test::TemporaryFolder folder;
  CHECK(give_to_group(folder / "none", 1).error() ==
        "can't give " + (folder / "none") + " to group 1: No such file or directory");
}

}  // namespace picket
