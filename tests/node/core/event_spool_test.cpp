// The spool of local events and what each hub is told of it.
#include "node/core/event_spool.h"

#include <memory>
#include <string>
#include <vector>

#include "common/limits.h"
#include "node/core/event_feed.h"
#include "tests/support/catch.h"
#include "tests/support/memory_bookmark.h"
#include "tests/support/memory_spool_file.h"

namespace picket::node {
namespace {

using Texts = std::vector<std::string>;

std::string event_of(const std::string& text) {
  v1::Event event;
  event.set_kind("local.test");
  event.mutable_local()->set_text(text);
  return event.SerializeAsString();
}

/// A hub of the node, and its link.
struct Hub final : LogFeedLink {
  explicit Hub(EventSpool& spool) { start(spool); }
  void start(EventSpool& spool) { feed = std::make_unique<EventFeed>(&spool, bookmark); }

  void on_log_ready() override { ++ready; }
  void on_log_health() override {}

  void welcome(uint64_t stored = 0, uint64_t granted = 1000) {
    v1::Welcome welcome;
    if (stored > 0) *welcome.add_positions() = position(stored);
    allowance.begin(granted);
    feed->on_welcome(*this, welcome);
  }
  static v1::LogPosition position(uint64_t number, const std::string& instance = "spool") {
    v1::LogPosition position;
    position.set_source("local");
    position.set_instance(instance);
    position.set_offset(number);
    position.set_part(1);
    return position;
  }
  void acknowledge(uint64_t number, const std::string& instance = "spool") {
    v1::LogAcknowledged acknowledged;
    *acknowledged.mutable_position() = position(number, instance);
    feed->on_acknowledged(acknowledged);
  }
  /// The texts it is told now; "gap" where some are missing.
  Texts told() {
    Texts texts;
    while (const auto message = feed->next(allowance)) {
      CHECK(message->source() == "local");
      CHECK(message->instance() == "spool");
      last_round = message->round();
      for (const auto& event : message->events()) {
        v1::Event read;
        REQUIRE(read.ParseFromString(event.event()));
        texts.push_back(read.has_gap() ? "gap" : read.local().text());
        offsets.push_back(event.offset());
      }
    }
    return texts;
  }

  test::MemoryBookmark bookmark;
  LogAllowance allowance;
  std::unique_ptr<EventFeed> feed;
  int ready = 0;
  uint64_t last_round = 0;
  std::vector<uint64_t> offsets;
};

struct Fixture {
  Fixture() { restart(); }
  /// As an agent that was killed and started again.
  void restart() {
    if (hub) hub->feed.reset();
    spool = std::make_unique<EventSpool>(file, file.contents, true);
    if (hub) {
      hub->start(*spool);
    } else {
      hub = std::make_unique<Hub>(*spool);
    }
  }
  void add(const std::string& text) {
    spool->add({}, event_of(text), [this, text](const std::optional<std::string>& refused) {
      answers.push_back(refused ? *refused : text);
    });
  }
  Texts answered() { return std::exchange(answers, {}); }

  test::MemorySpoolFile file;
  std::unique_ptr<EventSpool> spool;
  std::unique_ptr<Hub> hub;
  Texts answers;
};

}  // namespace

TEST_CASE("an event is accepted and told only once it is stored, others wait and go together") {
  Fixture f;
  f.hub->welcome();
  f.file.is_slow = true;
  f.add("a");
  f.add("b");
  f.add("c");
  CHECK(f.answered().empty());
  CHECK(f.hub->told().empty());
  f.file.finish();
  CHECK(f.answered() == Texts{"a"});
  CHECK(f.hub->told() == Texts{"a"});
  f.file.finish();
  CHECK(f.answered() == Texts{"b", "c"});
  CHECK(f.hub->told() == Texts{"b", "c"});
  CHECK(f.hub->offsets == std::vector<uint64_t>{1, 2, 3});
  CHECK(f.file.appends == 2);
}

TEST_CASE("what can't be stored is refused with the reason, and leaves no hole") {
  Fixture f;
  f.hub->welcome();
  f.file.failure = "disk full";
  f.add("a");
  CHECK(f.answered() == Texts{"it can't be stored: disk full"});
  f.file.failure.clear();
  f.add("b");
  CHECK(f.answered() == Texts{"b"});
  CHECK(f.hub->told() == Texts{"b"});
  CHECK(f.hub->offsets == std::vector<uint64_t>{1});
}

TEST_CASE(
    "a spool holds what all hubs have yet to store, up to its limit, and says when it is full") {
  Fixture f;
  f.hub->welcome();
  const std::string large(60 * 1024, 'x');
  int taken = 0;
  for (; taken < 100; ++taken) {
    f.add(large);
    if (f.answered() != Texts{large}) break;
  }
  CHECK(taken == limits::kEventSpoolBytesMax / (60 * 1024));
  CHECK(f.hub->told().size() == static_cast<std::size_t>(taken));
  f.hub->acknowledge(1);
  f.add(large);
  CHECK(f.answered() == Texts{large});
  f.add(large);
  CHECK(f.answered()[0].starts_with("the spool is full: its hubs have not stored 17 events"));
  f.add("small");
  CHECK(f.answered() == Texts{"small"});
}

TEST_CASE("the file is written anew when most of it is stored everywhere, and numbers go on") {
  Fixture f;
  f.hub->welcome();
  const std::string large(60 * 1024, 'x');
  for (int i = 0; i < 4; ++i) f.add(large);
  CHECK(f.hub->told().size() == 4);
  CHECK(f.file.replacements == 0);
  f.hub->acknowledge(4);
  CHECK(f.file.replacements == 1);
  CHECK(f.file.contents.events.empty());
  CHECK(f.file.contents.next == 5);
  f.restart();
  f.hub->welcome();
  f.add("five");
  CHECK(f.hub->told() == Texts{"five"});
  CHECK(f.hub->offsets.back() == 5);
}

TEST_CASE("a restarted agent tells what no hub has acknowledged, and the hub knows best") {
  Fixture f;
  f.hub->welcome();
  for (const char* text : {"a", "b", "c"}) f.add(text);
  CHECK(f.hub->told().size() == 3);
  f.hub->acknowledge(1);
  f.restart();
  f.hub->welcome();  // of a hub that says nothing: the bookmark counts
  CHECK(f.hub->told() == Texts{"b", "c"});
  f.restart();
  f.hub->welcome(2);
  CHECK(f.hub->told() == Texts{"c"});
  f.restart();
  f.hub->welcome(3);
  CHECK(f.hub->told().empty());
}

TEST_CASE("a hub that was put back to an older state is told what is gone") {
  Fixture f;
  f.hub->welcome();
  for (const char* text : {"a", "b", "c"}) f.add(text);
  f.hub->told();
  f.hub->acknowledge(2);
  f.hub->feed->on_closed();
  f.hub->welcome(1);
  CHECK(f.hub->told() == Texts{"gap", "c"});
}

TEST_CASE("a node that was put back to an older state numbers on after what the hub has") {
  Fixture f;
  f.add("a");
  f.hub->welcome(41);
  CHECK(f.hub->told().empty());
  f.add("b");
  CHECK(f.hub->told() == Texts{"b"});
  CHECK(f.hub->offsets == std::vector<uint64_t>{42});
  CHECK(f.file.contents.next == 43);
  f.hub->welcome(UINT64_MAX);  // means ill
  f.add("c");
  CHECK(f.hub->told() == Texts{"c"});
}

TEST_CASE("a hub that joins later gets what is newer, events go when all hubs have them") {
  Fixture f;
  f.hub->welcome();
  f.add("old");
  Hub later(*f.spool);
  later.welcome();
  CHECK(later.told().empty());
  f.add("new");
  CHECK(later.told() == Texts{"new"});
  CHECK(f.hub->told() == Texts{"old", "new"});
  f.hub->acknowledge(2);
  CHECK(f.spool->after(0)->number() == 2);
  later.acknowledge(2);
  CHECK(f.spool->after(0) == nullptr);
}

TEST_CASE("no more is told than is granted, of all that goes on the link") {
  Fixture f;
  f.hub->welcome(0, 2);
  for (const char* text : {"a", "b", "c"}) f.add(text);
  CHECK(f.hub->told() == Texts{"a", "b"});
  f.hub->allowance.raise(3);
  CHECK(f.hub->told() == Texts{"c"});
  CHECK(f.hub->allowance.left() == 0);
}

TEST_CASE("what a hub lost it gets again, and acknowledgements of others count for nothing") {
  Fixture f;
  f.hub->welcome();
  for (const char* text : {"a", "b"}) f.add(text);
  CHECK(f.hub->told().size() == 2);
  f.hub->acknowledge(1);
  f.hub->acknowledge(9);
  f.hub->acknowledge(2, "another");
  CHECK(f.hub->feed->acknowledged() == 1);
  v1::LogAgain again;
  again.set_round(1);
  f.hub->feed->on_again(again);
  CHECK(f.hub->told() == Texts{"b"});
  CHECK(f.hub->last_round == 1);
}

TEST_CASE("many events travel in messages that fit a frame") {
  Fixture f;
  f.hub->welcome();
  for (int i = 0; i < 16; ++i) f.add(std::string(60 * 1024, 'x'));
  while (const auto message = f.hub->feed->next(f.hub->allowance))
    CHECK(message->ByteSizeLong() < limits::kFrameBytesMax);
  CHECK(f.hub->allowance.left() == 1000 - 16);
}

TEST_CASE("a file that isn't whole is written anew before anything is added") {
  test::MemorySpoolFile file;
  EventSpool spool(file, file.contents, false);
  spool.add({}, event_of("a"), [](const std::optional<std::string>&) {});
  CHECK(file.replacements == 1);
  CHECK(file.appends == 0);
  CHECK(file.contents.events.size() == 1);
}

}  // namespace picket::node
