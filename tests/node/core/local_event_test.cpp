#include "node/core/local_event.h"

#include "common/limits.h"
#include "common/local_event.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_text.h"

namespace picket::node {
namespace {

using Words = std::vector<std::string>;

std::string wrong(const std::string& kind, const std::string& text = {}, const Words& fields = {}) {
  const auto request = event_request(kind, text, fields);
  return request ? std::string() : request.error();
}

std::string refused(const v1::EventRequest& request) {
  const auto event = local_event(request, 7);
  return event ? std::string() : event.error();
}

}  // namespace

TEST_CASE("words of a command line become an event with its caller's uid") {
  const auto request = event_request("backup.failed", "no space", Words{"disk=sda1", "at=a=b"});
  REQUIRE(request);
  const auto event = local_event(*request, 1000);
  REQUIRE(event);
  CHECK(event->kind() == "local.backup.failed");
  CHECK(event->local().uid() == 1000);
  CHECK(event->local().text() == "no space");
  REQUIRE(event->local().fields_size() == 2);
  CHECK(event->local().fields(0).name() == "disk");
  CHECK(event->local().fields(0).value() == "sda1");
  CHECK(event->local().fields(1).value() == "a=b");
}

TEST_CASE("a kind and names have few characters, and at most so many") {
  CHECK(wrong("a-b_c.0").empty());
  for (const char* kind : {"", "A", "a b", "a/b", "\xc3\xa9", "a\n"})
    CHECK(wrong(kind) == "a kind has letters a to z, digits, _, . and -");
  CHECK(wrong(std::string(limits::kLocalKindBytesMax, 'k')).empty());
  CHECK(wrong(std::string(limits::kLocalKindBytesMax + 1, 'k')) == "a kind has at most 64 bytes");
  CHECK(wrong("k", "", {"no value"}) == "expected NAME=VALUE, found no value");
  for (const char* field : {"=x", "A=x", "a-b=x", "a.b=x"})
    CHECK(wrong("k", "", {field}) == "a field's name has letters a to z, digits and _");
  CHECK(wrong("k", "", {std::string(limits::kLocalFieldNameBytesMax, 'n') + "="}).empty());
  CHECK(wrong("k", "", {std::string(limits::kLocalFieldNameBytesMax + 1, 'n') + "="}) ==
        "a field's name has at most 64 bytes");
}

TEST_CASE("a text, values and fields have limits: at them, and one past them") {
  CHECK(wrong("k", std::string(limits::kLocalTextBytesMax, 'x')).empty());
  CHECK(wrong("k", std::string(limits::kLocalTextBytesMax, '\xff')).empty());
  CHECK(wrong("k", std::string(limits::kLocalTextBytesMax + 1, 'x')) ==
        "the text has more than 4096 bytes");
  CHECK(wrong("k", "", {"n=" + std::string(limits::kLocalFieldBytesMax, '\xff')}).empty());
  CHECK(wrong("k", "", {"n=" + std::string(limits::kLocalFieldBytesMax + 1, 'x')}) ==
        "the value of n has more than 1024 bytes");
  CHECK(wrong("k", "", Words(limits::kLocalFieldsMax, "n=x")).empty());
  CHECK(wrong("k", "", Words(limits::kLocalFieldsMax + 1, "n=x")) ==
        "there are more than 32 fields");
}

TEST_CASE("the largest event of valid text is taken, bytes that swell it over 64 KiB are refused") {
  const std::string value(limits::kLocalFieldBytesMax, 'x');
  const std::string raw(limits::kLocalFieldBytesMax, '\xff');
  const std::string text(limits::kLocalTextBytesMax, 'x');
  CHECK(refused(*event_request("k", text, Words(limits::kLocalFieldsMax, "n=" + value))).empty());
  CHECK(refused(*event_request("k", text, Words(limits::kLocalFieldsMax, "n=" + raw))) ==
        "its texts have more than 64 KiB in all, as they travel");
}

TEST_CASE("any bytes travel, repaired where they must be and exact beside it") {
  for (const std::string& hostile : test::hostile_texts()) {
    const auto request = event_request("k", hostile, Words{"n=" + hostile});
    REQUIRE(request);
    v1::EventRequest travelled;
    REQUIRE(travelled.ParseFromString(request->SerializeAsString()));
    const auto event = local_event(travelled, 0);
    REQUIRE(event);
    const auto& local = event->local();
    CHECK(local_bytes(local.text(), local.text_raw()) == hostile);
    CHECK(local_bytes(local.fields(0).value(), local.fields(0).value_raw()) == hostile);
  }
}

TEST_CASE("what a program says of its uid, or says twice in two ways, counts for nothing") {
  v1::EventRequest request;
  request.set_kind("k");
  request.mutable_event()->set_uid(0);
  request.mutable_event()->set_text("harmless");
  request.mutable_event()->set_text_raw("exact");
  const auto event = local_event(request, 1000);
  REQUIRE(event);
  CHECK(event->local().uid() == 1000);
  CHECK(event->local().text() == "exact");
  CHECK(event->local().text_raw().empty());
  request.set_kind("local.K");
  CHECK_FALSE(refused(request).empty());
  request.set_kind("k");
  request.mutable_event()->set_text(std::string(3 * limits::kLocalTextBytesMax + 1, 'x'));
  CHECK_FALSE(refused(request).empty());
}

}  // namespace picket::node
