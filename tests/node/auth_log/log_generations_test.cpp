#include "node/auth_log/log_generations.h"

#include <zlib.h>

#include "tests/support/catch.h"
#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

std::vector<std::string> names(const std::vector<LogGeneration>& generations) {
  std::vector<std::string> names;
  for (const LogGeneration& generation : generations)
    names.push_back(generation.path.filename().string());
  return names;
}

}  // namespace

TEST_CASE("the generations of a log are known by name, newest first") {
  const test::TemporaryFolder folder;
  for (const char* name : {"auth.log", "auth.log.1", "auth.log.2", "auth.log.3", "auth.log.10"})
    test::write(folder / name, std::string("first of ") + name + "\n");
  REQUIRE(test::run({"gzip", folder / "auth.log.2", folder / "auth.log.10"}).status == 0);
  for (const char* name : {"auth.log.1.bz2", "auth.logs", "auth.log.x", "auth.log.old", "x"})
    test::write(folder / name, std::string("in ") + name + "\n");
  const auto found = generations_of(folder / "auth.log");
  CHECK(names(found) == std::vector<std::string>{"auth.log", "auth.log.1", "auth.log.2.gz",
                                                 "auth.log.3", "auth.log.10.gz"});
  CHECK(found[2].first_line == "first of auth.log.2\n");
  CHECK(found[2].instance == instance_of("first of auth.log.2"));
  CHECK(found[2].instance.size() == 16);
}

TEST_CASE("rotated logs with dates for names") {
  const test::TemporaryFolder folder;
  for (const char* name : {"secure", "secure-20261101", "secure-20261108.gz", "secure-20251231"})
    test::write(folder / name, std::string("first of ") + name + "\n");
  CHECK(names(generations_of(folder / "secure")) ==
        std::vector<std::string>{"secure", "secure-20261108.gz", "secure-20261101",
                                 "secure-20251231"});
}

TEST_CASE("without a complete first line it is none yet, a copy that is being made is none") {
  const test::TemporaryFolder folder;
  CHECK(generations_of(folder / "auth.log").empty());
  test::write(folder / "auth.log", "not comple");
  test::write(folder / "auth.log.1", "a line\nand more\n");
  REQUIRE(test::run({"gzip", "--keep", folder / "auth.log.1"}).status == 0);
  CHECK(names(generations_of(folder / "auth.log")) == std::vector<std::string>{"auth.log.1"});
}

TEST_CASE("bytes are read plain or compressed, and a damaged file says so") {
  const test::TemporaryFolder folder;
  std::string text;
  for (int line = 0; line < 20'000; ++line) text += "line " + std::to_string(line * line) + "\n";
  test::write(folder / "plain", text);
  test::write(folder / "packed", text);
  REQUIRE(test::run({"gzip", folder / "packed"}).status == 0);
  const std::string packed = test::read(folder / "packed.gz");
  test::write(folder / "torn.gz", packed.substr(0, packed.size() / 2));
  const auto all = [&](const char* name) {
    LogBytes bytes = *LogBytes::open(folder / name);
    (void)bytes.first_line();
    std::string read(64 * 1024, '\0');
    std::string found;
    ssize_t got = 0;
    while ((got = bytes.read(read)) > 0) found.append(read, 0, static_cast<std::size_t>(got));
    return std::pair(found, got);
  };
  CHECK(all("plain") == std::pair(text, ssize_t{0}));
  CHECK(all("packed.gz") == std::pair(text, ssize_t{0}));
  CHECK(all("torn.gz").second == -1);
  CHECK_FALSE(LogBytes::open(folder / "missing"));
  CHECK_FALSE(LogBytes::open(folder.path()));
}

}  // namespace picket::node
