#include "node/io/event_spool_disk.h"

#include <asio/io_context.hpp>
#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/loop.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

v1::SpooledEvent event(uint64_t number, const std::string& bytes = "event") {
  v1::SpooledEvent event;
  event.set_number(number);
  event.set_at_unix_ns(1'700'000'000'000'000'000);
  event.set_event(bytes);
  return event;
}

SpoolContents contents(uint64_t first, uint64_t last) {
  SpoolContents contents{.instance = "i", .next = last + 1, .events = {}};
  for (uint64_t number = first; number <= last; ++number) contents.events.push_back(event(number));
  return contents;
}

struct Fixture {
  Status wait(const std::function<void(EventSpoolFile::Done)>& write) {
    std::optional<Status> result;
    write([&result](const Status& stored) { result = stored; });
    CHECK(test::run_until(io, [&] { return result.has_value(); }));
    return *result;
  }
  Status append(uint64_t number, const std::string& bytes = "event") {
    return wait([&](EventSpoolFile::Done done) { disk.append({event(number, bytes)}, done); });
  }
  Status replace(const SpoolContents& fresh) {
    return wait([&](EventSpoolFile::Done done) { disk.replace(fresh, done); });
  }
  LoadedSpool load() const { return *load_spool(path); }

  asio::io_context io;
  Worker worker{io.get_executor(), 4};
  test::TemporaryFolder folder;
  std::string path = folder / "local_events";
  EventSpoolDisk disk{path, worker};
};

}  // namespace

TEST_CASE("a spool's file holds what was written and added, and where the numbers go on") {
  Fixture f;
  CHECK_FALSE(f.load().is_whole);
  CHECK_FALSE(f.load().contents.instance.empty());
  CHECK_FALSE(f.append(1));  // there is no file yet
  REQUIRE(f.replace(contents(3, 4)));
  REQUIRE(f.append(5));
  const auto loaded = f.load();
  CHECK(loaded.is_whole);
  CHECK(loaded.contents.instance == "i");
  CHECK(loaded.contents.next == 6);
  REQUIRE(loaded.contents.events.size() == 3);
  CHECK(loaded.contents.events[2].number() == 5);
  CHECK(loaded.contents.events[2].event() == "event");
  REQUIRE(f.replace({.instance = "i", .next = 6, .events = {}}));
  CHECK(f.load().contents.next == 6);
  CHECK(f.load().contents.events.empty());
}

TEST_CASE("a file cut off anywhere gives what is whole before that, and a bit turned no more") {
  const std::string bytes = to_bytes(contents(1, 3));
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto loaded = parse_spool(bytes.substr(0, length));
    CHECK(loaded.contents.events.size() < 3);
    CHECK(loaded.contents.next == loaded.contents.events.size() + 1);
  }
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string turned = bytes;
    turned[bit / 8] = static_cast<char>(turned[bit / 8] ^ (1 << (bit % 8)));
    const auto loaded = parse_spool(turned);
    CHECK_FALSE(loaded.is_whole);
    CHECK(loaded.contents.events.size() < 3);
  }
  CHECK(parse_spool(bytes).is_whole);
  CHECK(parse_spool(bytes).contents.events.size() == 3);
}

TEST_CASE("a full disk refuses, and what was there stays whole") {
  Fixture f;
  REQUIRE(f.replace(contents(1, 2)));
  {
    const test::FileSizeLimit limit(200);
    const auto refused = f.append(3, std::string(4096, 'x'));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().find("local_events") != std::string::npos);
  }
  CHECK(f.load().is_whole);
  CHECK(f.load().contents.events.size() == 2);
  CHECK(f.append(3));
  CHECK(f.load().contents.events.size() == 3);
}

TEST_CASE("a damaged file makes a new spool, one that can't be read is an error") {
  Fixture f;
  test::write(f.path, "not a spool");
  CHECK_FALSE(f.load().is_whole);
  CHECK(f.load().contents.events.empty());
  std::filesystem::remove(f.path);
  std::filesystem::create_directory(f.path);
  CHECK_FALSE(load_spool(f.path));
}

}  // namespace picket::node
