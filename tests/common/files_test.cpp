#include "common/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

namespace picket {

TEST_CASE("a file is replaced whole, with the mode asked for whatever the umask") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/file";
  const mode_t before = umask(0777);
  const bool secret = bool(write_file(path, "first", 0600));
  const bool open = bool(write_file(folder.path() + "/open", "x", 0644));
  umask(before);
  CHECK(secret);
  CHECK(open);
  CHECK(test::mode_of(path) == 0600);
  CHECK(test::mode_of(folder.path() + "/open") == 0644);
  CHECK(write_file(path, "second", 0600));
  CHECK(test::read(path) == "second");
  CHECK(test::list(folder.path()) == "file\nopen\n");
}

TEST_CASE("a crash before the rename leaves the old content and does not stop the next write") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/file";
  test::write(path, "old");
  test::write(path + ".new", "half of what was to");
  CHECK(test::read(path) == "old");
  CHECK(write_file(path, "new", 0600));
  CHECK(test::read(path) == "new");
  CHECK(test::list(folder.path()) == "file\n");
}

TEST_CASE("a file that can't be written stays as it was, and the error names it") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/file";
  REQUIRE(mkdir(path.c_str(), 0700) == 0);
  const auto over_folder = write_file(path, "new", 0600);
  REQUIRE_FALSE(over_folder);
  CHECK(over_folder.error() == "can't replace " + path + ": Is a directory");
  CHECK(test::list(folder.path()) == "file\n");
  const auto nowhere = write_file(folder.path() + "/none/file", "new", 0600);
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error() ==
        "can't make " + folder.path() + "/none/file.new: No such file or directory");
}

TEST_CASE("a link in the place of the new file is replaced, not followed") {
  const test::TemporaryFolder folder;
  const std::string victim = folder.path() + "/victim";
  test::write(victim, "precious");
  const std::string path = folder.path() + "/file";
  REQUIRE(symlink(victim.c_str(), (path + ".new").c_str()) == 0);
  CHECK(write_file(path, "new", 0600));
  CHECK(test::read(victim) == "precious");
  CHECK(test::read(path) == "new");
}

TEST_CASE("a file is read up to its limit, larger ones, folders and FIFOs are errors") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/file";
  test::write(path, std::string(20'000, 'x'));
  const auto whole = read_file(path, 20'000);
  REQUIRE(whole);
  CHECK(*whole == std::string(20'000, 'x'));
  CHECK_FALSE(read_file(path, 19'999));
  CHECK_FALSE(read_file(folder.path(), 100));
  const std::string fifo = folder.path() + "/fifo";
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(read_file(fifo, 100).error() == fifo + " is not a regular file");
  CHECK(read_file(path + "x", 100).error() ==
        "can't read " + path + "x: No such file or directory");
}

TEST_CASE("files that others may read or change are refused with the command that mends it") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/key";
  test::write(path, "x");
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  CHECK(check_protected(path, true));
  REQUIRE(chmod(path.c_str(), 0640) == 0);
  CHECK(check_protected(path, true).error() ==
        path + " has mode 0640, so that others may read it: chmod go= " + path);
  CHECK(check_protected(path, false));
  REQUIRE(chmod(path.c_str(), 0664) == 0);
  CHECK(check_protected(path, false).error() ==
        path + " has mode 0664, so that others may change it: chmod go-w " + path);
}

TEST_CASE("files of another user are refused") {
  PICKET_NEEDS_ROOT();  // to make one
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/key";
  test::write(path, "x");
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  REQUIRE(chown(path.c_str(), 65534, 65534) == 0);
  const auto checked = check_protected(path, true);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().find("belongs to uid 65534, not to uid 0") != std::string::npos);
}

TEST_CASE("a folder is held by one at a time") {
  const test::TemporaryFolder folder;
  auto first = lock_folder(folder.path(), "picket-node");
  REQUIRE(first);
  const auto second = lock_folder(folder.path(), "picket-node");
  REQUIRE_FALSE(second);
  CHECK(second.error() == "another picket-node runs with the folder " + folder.path());
  first->reset();
  CHECK(lock_folder(folder.path(), "picket-node"));
}

}  // namespace picket
