#include "node/core/log_resume.h"

#include <vector>

#include "tests/support/catch.h"

namespace picket::node {
namespace {

using Positions = std::vector<v1::LogPosition>;

v1::LogPosition at(const std::string& source, const std::string& instance, uint64_t offset,
                   int64_t unix_ns) {
  v1::LogPosition position;
  position.set_source(source);
  position.set_instance(instance);
  position.set_offset(offset);
  position.set_at_unix_ns(unix_ns);
  return position;
}

std::string instance_of(const LogStart& start) {
  const auto* position = std::get_if<v1::LogPosition>(&start);
  return position == nullptr ? "no position" : position->instance();
}

const LogStart kFirst = FromNow{};

}  // namespace

TEST_CASE("a log goes on at the last of the hub's positions, whichever log that was") {
  const Positions stored = {at("journald", "a", 5, 100), at("journald", "b", 3, 200)};
  CHECK(instance_of(resume_at(stored, {}, kFirst)) == "b");
  // Journald was read, then the file; now journald goes on by the file's time.
  const Positions both = {at("journald", "a", 5, 100), at("/var/log/auth.log", "c", 9, 300)};
  CHECK(instance_of(resume_at(both, {}, kFirst)) == "c");
}

TEST_CASE("the last of the hub's positions is the latest, whatever the clock said") {
  const Positions stored = {at("journald", "a", 5, 900), at("journald", "b", 3, 200)};
  CHECK(instance_of(resume_at(stored, at("journald", "a", 5, 900), kFirst)) == "b");
}

TEST_CASE("without positions the bookmark counts, then the start that was asked for") {
  CHECK(instance_of(resume_at({}, at("journald", "b", 2, 150), kFirst)) == "b");
  const LogStart by_time = resume_at({}, at("", "", 0, 150), kFirst);
  CHECK(std::get<WallTime>(by_time) == from_unix_ns(150));
  CHECK(std::holds_alternative<FromNow>(resume_at({}, {}, kFirst)));
  // The hub took something of it, and stored nothing.
  const Positions stored = {at("journald", "a", 0, 0)};
  CHECK(std::holds_alternative<FromNow>(resume_at(stored, {}, kFirst)));
}

TEST_CASE("what is sent again begins before all that is missing") {
  const Positions positions = {at("f", "b", 3, 200), at("f", "a", 5, 100), at("f", "c", 0, 0)};
  CHECK(earliest_of(positions)->instance() == "a");
  CHECK_FALSE(earliest_of(Positions{at("f", "c", 0, 0)}));
}

}  // namespace picket::node
