// Whom a path may depend on. Real folders, so only root's tests can make them.
#include "common/trusted_path.h"

#include <sys/stat.h>
#include <unistd.h>

#include "node/commands/allowlist.h"
#include "node/commands/path_under.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/trusted_folder.h"

namespace picket::node {
namespace {

constexpr uid_t kSomebody = 12345;

// A folder with a program and an allowlist that runs it.
struct Place {
  Place() {
    REQUIRE(::mkdir((folder / "bin").c_str(), 0755) == 0);
    test::write(program, "#!/bin/sh\n");
    REQUIRE(::chmod(program.c_str(), 0755) == 0);
    write_list("root");
  }
  void write_list(const std::string& user) const {
    test::write(list, "[commands.x]\nargv = [\"" + program + "\"]\nuser = \"" + user + "\"\n");
    REQUIRE(::chmod(list.c_str(), 0644) == 0);
  }
  bool loads() const {
    const auto loaded = load_allowlist(list);
    CHECK(loaded.commands.size() == (loaded.errors.empty() ? 1 : 0));
    return loaded.errors.empty();
  }
  std::string error() const { return load_allowlist(list).errors.at(0); }

  test::TrustedFolder folder;
  std::string program = folder / "bin/program";
  std::string list = folder / "commands.toml";
};

Status check(const std::string& folder, const std::string& path, uid_t user) {
  Command command;
  Parameter parameter;
  parameter.name = "p";
  parameter.rule = PathUnder{folder};
  command.parameters.push_back(parameter);
  const auto values = check_parameters(command, {{"p", path}});
  if (!values) return Error{values.error()};
  return check_paths(command, *values, user);
}

}  // namespace

TEST_CASE("an allowlist that only root can have written is used") {
  if (!test::TrustedFolder::possible()) return;
  const Place place;
  CHECK(place.loads());
  CHECK(load_allowlist(place.folder / "none").errors.empty());
  CHECK(load_allowlist(place.folder / "none").commands.empty());
}

TEST_CASE("an allowlist that others may write, or a folder above it, is refused with the reason") {
  if (!test::TrustedFolder::possible()) return;
  const Place place;
  for (const mode_t mode : {0664, 0646, 0666}) {
    REQUIRE(::chmod(place.list.c_str(), mode) == 0);
    CHECK_FALSE(place.loads());
    CHECK(place.error().find("chmod go-w " + place.list) != std::string::npos);
  }
  REQUIRE(::chmod(place.list.c_str(), 0644) == 0);
  REQUIRE(::chown(place.list.c_str(), kSomebody, 0) == 0);
  CHECK(place.error() ==
        place.list + " belongs to uid 12345, not to root: chown root " + place.list);
  REQUIRE(::chown(place.list.c_str(), 0, kSomebody) == 0);
  CHECK(place.loads());
  for (const mode_t mode : {0775, 0757, 01777}) {
    REQUIRE(::chmod(place.folder.path().c_str(), mode) == 0);
    CHECK_FALSE(place.loads());
  }
  REQUIRE(::chmod(place.folder.path().c_str(), 0755) == 0);
  REQUIRE(::chown(place.folder.path().c_str(), kSomebody, 0) == 0);
  CHECK_FALSE(place.loads());
}

TEST_CASE("what isn't a regular file is no allowlist, and opening it never waits") {
  if (!test::TrustedFolder::possible()) return;
  const Place place;
  REQUIRE(::unlink(place.list.c_str()) == 0);
  REQUIRE(::mkfifo(place.list.c_str(), 0644) == 0);
  CHECK(place.error() == place.list + " is not a regular file");
  CHECK_FALSE(load_allowlist(place.folder / "bin").errors.empty());
}

TEST_CASE("a link is followed as far as only root can have made it") {
  if (!test::TrustedFolder::possible()) return;
  const Place place;
  const test::TemporaryFolder open;  // others may write above it
  REQUIRE(::chmod(open.path().c_str(), 0755) == 0);
  const std::string link = place.folder / "link.toml";
  REQUIRE(::symlink("bin/../commands.toml", link.c_str()) == 0);
  CHECK(load_allowlist(link).commands.size() == 1);
  REQUIRE(::unlink(link.c_str()) == 0);
  test::write(open / "commands.toml", test::read(place.list));
  REQUIRE(::symlink((open / "commands.toml").c_str(), link.c_str()) == 0);
  CHECK_FALSE(load_allowlist(link).errors.empty());
  REQUIRE(::symlink(place.list.c_str(), (open / "link").c_str()) == 0);
  CHECK_FALSE(load_allowlist(open / "link").errors.empty());
  REQUIRE(::symlink("loop", (place.folder / "loop").c_str()) == 0);
  CHECK(load_allowlist(place.folder / "loop").errors.at(0).find("too many links") == 0);
}

TEST_CASE("a program must be there, a regular file, executable, and root's alone") {
  if (!test::TrustedFolder::possible()) return;
  const Place place;
  const char* program = place.program.c_str();
  REQUIRE(::chmod(program, 0644) == 0);
  CHECK(place.error() ==
        place.list + ":1: commands.x.argv: " + place.program + " is not executable");
  REQUIRE(::chmod(program, 0775) == 0);
  CHECK_FALSE(place.loads());
  REQUIRE(::chmod(program, 0755) == 0);
  REQUIRE(::chown(program, kSomebody, 0) == 0);
  CHECK_FALSE(place.loads());
  REQUIRE(::chown(program, 0, 0) == 0);
  REQUIRE(::chmod((place.folder / "bin").c_str(), 0777) == 0);
  CHECK_FALSE(place.loads());
  REQUIRE(::chmod((place.folder / "bin").c_str(), 0755) == 0);
  CHECK(place.loads());
  REQUIRE(::unlink(program) == 0);
  CHECK(place.error().find("No such file") != std::string::npos);
  REQUIRE(::mkdir(program, 0755) == 0);
  CHECK(place.error().find("is not a regular file") != std::string::npos);
}

TEST_CASE("a user that doesn't exist is told with the entry's line") {
  if (!test::TrustedFolder::possible()) return;
  const Place place;
  place.write_list("no-such-user");
  CHECK(place.error() == place.list + ":1: commands.x.user: there is no user no-such-user");
}

TEST_CASE("a path below its folder stays there whatever links lie on its way") {
  if (!test::TrustedFolder::possible()) return;
  const test::TrustedFolder root;
  const std::string folder = root / "data";
  REQUIRE(::mkdir(folder.c_str(), 0755) == 0);
  REQUIRE(::mkdir((folder + "/sub").c_str(), 0755) == 0);
  test::write(folder + "/sub/file", "");
  REQUIRE(::symlink("sub/file", (folder + "/inside").c_str()) == 0);
  REQUIRE(::symlink("/etc/passwd", (folder + "/outside").c_str()) == 0);
  REQUIRE(::symlink("../..", (folder + "/up").c_str()) == 0);
  REQUIRE(::symlink("/etc", (folder + "/etc").c_str()) == 0);
  REQUIRE(::symlink(".", (folder + "/itself").c_str()) == 0);
  CHECK(check(folder, folder + "/sub/file", 0));
  CHECK(check(folder, folder + "/inside", 0));
  for (const char* path : {"/outside", "/up/x", "/etc/passwd", "/itself", "/none", "/sub/../sub"})
    CHECK_FALSE(check(folder, folder + path, 0));
  REQUIRE(::symlink("data", (root / "link").c_str()) == 0);
  CHECK(check(root / "link", root / "link/sub/file", 0));
}

TEST_CASE("a path that another user could replace by a link is refused") {
  if (!test::TrustedFolder::possible()) return;
  const test::TrustedFolder root;
  const std::string sub = root / "sub";
  REQUIRE(::mkdir(sub.c_str(), 0755) == 0);
  test::write(sub + "/file", "");
  REQUIRE(::chown(sub.c_str(), kSomebody, 0) == 0);
  CHECK_FALSE(check(root.path(), sub + "/file", 0));
  CHECK(check(root.path(), sub + "/file", kSomebody));
  CHECK_FALSE(check(root.path(), sub + "/file", kSomebody + 1));
  REQUIRE(::chmod(sub.c_str(), 0777) == 0);
  CHECK_FALSE(check(root.path(), sub + "/file", kSomebody));
}

}  // namespace picket::node
