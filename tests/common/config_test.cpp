#include "common/config.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "common/limits.h"
#include "common/unicode.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"
#include "tests/support/hostile_text.h"

namespace picket::config {
namespace {

using namespace std::chrono_literals;

struct Kitchen {
  bool open = true;
  int64_t seats = 12;
  Milliseconds boil = 3min;
  std::optional<Milliseconds> close_after;
  uint64_t pot = 2 << 20U;
  std::string name = "Chez \"nous\"";
  std::string sink = "/run/sink.sock";
  std::vector<HostPort> doors = {{"::", 80}};
  std::vector<HostPort> guests = {{"guest", 1}};
  log::Level level = log::Level::kInfo;
};

Description describe(Kitchen& kitchen) {
  Description description("A kitchen.\n\nSecond paragraph.");
  description.boolean("open", kitchen.open, "Whether guests come.");
  description.integer("seats", kitchen.seats, {1, 40}, "How many guests.");
  description.duration("boil", kitchen.boil, {1s, 10min}, "How long eggs are boiled.");
  description.duration_or_never("close_after", kitchen.close_after, {1min, 24h}, "When it closes.");
  description.text("name", kitchen.name, any_text(), "On the door.");
  description.section("water", "What runs\nin pipes.");
  description.size("pot", kitchen.pot, {1 << 20U, 1 << 30U}, "The largest pot.");
  description.text("sink", kitchen.sink, socket_path(), "Where water goes.");
  description.list("doors", kitchen.doors, host_port(), "Ways in.");
  description.list("guests", kitchen.guests, host_port(), "Who comes.", IfEmpty::kError);
  description.section("log", "What is written down.");
  description.level("level", kitchen.level, "error, warn, info or debug.");
  return description;
}

std::vector<std::string> errors_of(const std::string& text) {
  Kitchen kitchen;
  return describe(kitchen).read("kitchen.toml", text);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  return text;
}

}  // namespace

TEST_CASE("a file without a word leaves every default") {
  Kitchen kitchen;
  const std::string before = describe(kitchen).effective();
  CHECK(describe(kitchen).read("kitchen.toml", "").empty());
  CHECK(describe(kitchen).read("kitchen.toml", "[water]\n[log]\n").empty());
  CHECK(describe(kitchen).effective() == before);
}

TEST_CASE("every kind of key is read") {
  Kitchen kitchen;
  const auto errors = describe(kitchen).read("kitchen.toml", R"(
open = false
seats = 40
boil = "1m30s"
close_after = "2h"
name = "Küche"
water.pot = "64MiB"
[log]
level = "debug"
)");
  CHECK(joined(errors).empty());
  CHECK_FALSE(kitchen.open);
  CHECK(kitchen.seats == 40);
  CHECK(kitchen.boil == Milliseconds(90s));
  CHECK(kitchen.close_after == Milliseconds(2h));
  CHECK(kitchen.name == "Küche");
  CHECK(kitchen.pot == 64U << 20U);
  CHECK(kitchen.level == log::Level::kDebug);
}

TEST_CASE("all errors are said at once, each with file, line, key and advice") {
  const std::string text = test::read_text(PICKET_FIXTURES "/config/bad.toml");
  REQUIRE_FALSE(text.empty());
  const std::string errors = joined(errors_of(text));
  CHECK(errors == test::golden("tests/fixtures/config/bad.errors", errors));
}

TEST_CASE("every wrong item of a list is said, and none of it counts") {
  Kitchen kitchen;
  const auto errors =
      describe(kitchen).read("kitchen.toml", "[water]\ndoors = [\"a:x\", \"good:1\", \"b:y\"]\n");
  REQUIRE(errors.size() == 2);
  CHECK(errors[0].find("kitchen.toml:2: water.doors: \"a:x\"") == 0);
  CHECK(errors[1].find("kitchen.toml:2: water.doors: \"b:y\"") == 0);
  CHECK(kitchen.doors == std::vector<HostPort>{{"::", 80}});
}

TEST_CASE("a list without items is an error where it would mean nothing") {
  CHECK(errors_of("water.doors = []").empty());
  CHECK(errors_of("water.guests = []") ==
        std::vector<std::string>{"kitchen.toml:1: water.guests: expected at least one: an address "
                                 "such as \"hub.example.org:9992\""});
}

TEST_CASE("what isn't TOML is one error with its line") {
  const auto errors = errors_of("open = true\nseats = = 3\n");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("kitchen.toml:2: not TOML: ") == 0);
  CHECK(errors_of("open = true\nopen = false\n").size() == 1);
}

TEST_CASE("ranges hold at their ends and not one step past them") {
  CHECK(errors_of("seats = 1").empty());
  CHECK(errors_of("seats = 0").size() == 1);
  CHECK(errors_of("seats = 40").empty());
  CHECK(errors_of("seats = 41").size() == 1);
  CHECK(errors_of("boil = \"1s\"").empty());
  CHECK(errors_of("boil = \"999ms\"").size() == 1);
  CHECK(errors_of("boil = \"10m\"").empty());
  CHECK(errors_of("boil = \"10m1ms\"").size() == 1);
  CHECK(errors_of("close_after = \"never\"").empty());
  CHECK(errors_of("close_after = \"59s\"").size() == 1);
  CHECK(errors_of("water.pot = \"1MiB\"").empty());
  CHECK(errors_of("water.pot = \"1048575B\"").size() == 1);
  CHECK(errors_of("water.pot = \"1GiB\"").empty());
  CHECK(errors_of("water.pot = \"1073741825B\"").size() == 1);
  const std::string longest = "/" + std::string(limits::kSocketPathBytesMax - 1, 's');
  CHECK(errors_of("water.sink = \"" + longest + "\"").empty());
  CHECK(errors_of("water.sink = \"" + longest + "s\"").size() == 1);
}

TEST_CASE("a wrong key leaves its field as it was, the right ones count") {
  Kitchen kitchen;
  const auto errors = describe(kitchen).read("kitchen.toml", "seats = 99\nopen = false\n");
  CHECK(errors.size() == 1);
  CHECK(kitchen.seats == 12);
  CHECK_FALSE(kitchen.open);
}

TEST_CASE("what differs between two configurations is told by its keys, in the file's order") {
  Kitchen before;
  Kitchen after;
  CHECK(describe(after).changed_from(describe(before)).empty());
  after.boil = 4min;
  after.close_after = 2h;
  after.guests.clear();
  CHECK(describe(after).changed_from(describe(before)) ==
        std::vector<std::string>{"boil", "close_after", "water.guests"});
}

TEST_CASE("the effective configuration is read back as the same, whatever texts it holds") {
  for (const std::string& name : test::hostile_texts()) {
    if (!unicode::is_valid(name)) continue;  // has no TOML
    Kitchen kitchen;
    kitchen.name = name;
    kitchen.close_after = 5min;
    const std::string effective = describe(kitchen).effective();
    Kitchen again;
    CAPTURE(effective);
    CHECK(joined(describe(again).read("effective", effective)).empty());
    CHECK(again.name == name);
    CHECK(describe(again).effective() == effective);
  }
}

TEST_CASE("hostile keys and values can't write to the terminal through an error") {
  const auto errors = errors_of("\"\\u001b[31m\" = 1\nboil = \"\\u001b[2J\"\n");
  REQUIRE(errors.size() == 2);
  CHECK(joined(errors).find('\x1b') == std::string::npos);
}

TEST_CASE("the example file has every key with its comment, and nothing switched on") {
  Kitchen kitchen;
  const std::string example = describe(kitchen).example();
  CHECK(example == test::golden("tests/fixtures/config/kitchen.example", example));
  CHECK(errors_of(example).empty());
}

TEST_CASE("a missing file is an error, or the defaults where nobody named it") {
  const std::string missing = std::string(PICKET_FIXTURES) + "/config/missing.toml";
  CHECK(load<Kitchen>(missing, IfMissing::kDefaults).errors.empty());
  const auto loaded = load<Kitchen>(missing, IfMissing::kError);
  REQUIRE(loaded.errors.size() == 1);
  CHECK(loaded.errors[0] == missing + ": can't be opened: No such file or directory");
  CHECK(load<Kitchen>(PICKET_FIXTURES, IfMissing::kDefaults).errors.size() == 1);
}

TEST_CASE("a file at the limit is read, one byte past it is refused") {
  std::string folder = (std::filesystem::temp_directory_path() / "picket-config-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  const std::string path = folder + "/kitchen.toml";
  std::ofstream(path) << "#" + std::string(kFileBytesMax - 1, 'x');
  CHECK(load<Kitchen>(path, IfMissing::kError).errors.empty());
  std::ofstream(path, std::ios::app) << "x";
  CHECK(load<Kitchen>(path, IfMissing::kError).errors ==
        std::vector<std::string>{path + ": longer than 1MiB"});
  std::filesystem::remove_all(folder);
}

}  // namespace picket::config
