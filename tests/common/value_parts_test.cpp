#include "common/value_parts.h"

#include <cstdint>
#include <string>

#include "common/frame.h"
#include "common/limits.h"
#include "tests/support/catch.h"

namespace picket {
namespace {

using Outcome = ValueAssembler::Outcome;

v1::ResourceValue value_of(std::size_t rows, std::size_t bytes_each) {
  v1::ResourceValue value;
  value.set_resource("sessions");
  value.set_at_unix_ns(7);
  value.mutable_health()->mutable_ok()->add_sources("utmp");
  value.mutable_sessions();
  for (std::size_t i = 0; i < rows; ++i) {
    auto* row = value.mutable_sessions()->add_rows();
    row->set_key(std::to_string(i));
    row->set_user(std::string(bytes_each, 'x'));
  }
  return value;
}

}  // namespace

TEST_CASE("a small value is one part") {
  const auto parts = split_value(value_of(2, 10));
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].part() == 0);
  CHECK(parts[0].parts() == 1);
  CHECK(split_value(value_of(0, 0)).size() == 1);
}

TEST_CASE("a value in parts is put together as it was, each part within a frame") {
  const auto original = value_of(3000, 500);
  const auto parts = split_value(original);
  CHECK(parts.size() > 10);
  ValueAssembler assembler;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    v1::NodeToHub message;
    *message.mutable_value() = parts[i];
    CHECK(message.ByteSizeLong() <= limits::kFrameBytesMax);
    const auto expected = i + 1 == parts.size() ? Outcome::kComplete : Outcome::kIncomplete;
    REQUIRE(assembler.add(parts[i]) == expected);
  }
  auto whole = assembler.take();
  CHECK(whole.sessions().SerializeAsString() == original.sessions().SerializeAsString());
  CHECK(whole.resource() == "sessions");
  CHECK(whole.at_unix_ns() == 7);
  CHECK(whole.health().has_ok());
}

TEST_CASE("a value over 4 MiB becomes failed(too_large), and no row of it travels") {
  const auto parts = split_value(value_of(4200, 1000));
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].health().failed().reason().starts_with("too_large"));
  CHECK_FALSE(parts[0].has_sessions());
  CHECK(split_value(value_of(4000, 1000)).size() > 1);
}

TEST_CASE("parts that are missing, repeated, or of another count are out of order") {
  const auto parts = split_value(value_of(3000, 500));
  ValueAssembler assembler;
  CHECK(assembler.add(parts[1]) == Outcome::kOutOfOrder);
  REQUIRE(assembler.add(parts[0]) == Outcome::kIncomplete);
  CHECK(assembler.add(parts[2]) == Outcome::kOutOfOrder);
  auto other_count = parts[1];
  other_count.set_parts(2);
  CHECK(assembler.add(other_count) == Outcome::kOutOfOrder);
  v1::ResourceValue none;
  CHECK(ValueAssembler().add(none) == Outcome::kOutOfOrder);
}

TEST_CASE("a first part begins anew, whatever came before") {
  ValueAssembler assembler;
  const auto parts = split_value(value_of(3000, 500));
  REQUIRE(assembler.add(parts[0]) == Outcome::kIncomplete);
  REQUIRE(assembler.add(split_value(value_of(1, 1))[0]) == Outcome::kComplete);
  CHECK(assembler.take().sessions().rows_size() == 1);
}

TEST_CASE("more than 4 MiB in parts is refused") {
  ValueAssembler assembler;
  auto part = value_of(100, 1000);
  part.set_parts(100);
  auto outcome = Outcome::kIncomplete;
  for (uint32_t i = 0; i < 100 && outcome == Outcome::kIncomplete; ++i) {
    part.set_part(i);
    outcome = assembler.add(part);
  }
  CHECK(outcome == Outcome::kTooLarge);
}

}  // namespace picket
