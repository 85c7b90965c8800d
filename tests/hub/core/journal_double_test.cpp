#include "tests/support/memory_journal.h"

#include <cstdint>
#include <deque>
#include <optional>

#include "tests/support/catch.h"

namespace picket::hub {
namespace {

using test::MemoryJournal;

/// A journal whose posted work runs when the test says so.
struct Fixture : JournalListener {
  explicit Fixture(std::size_t bytes_max)
      : journal(bytes_max,
                [this](std::function<void()> action) { posted.push_back(std::move(action)); }) {
    journal.set_listener(*this);
  }
  void stored() override { committed_seq = journal.last_committed(); }
  void refused(const std::string&) override {}

  void settle() {
    while (!posted.empty()) {
      auto next = std::move(posted.front());
      posted.pop_front();
      next();
    }
  }
  void append(uint64_t seq, int64_t at_unix_ns = 0) {
    auto entry = std::make_shared<JournalEntry>();
    entry->seq = seq;
    entry->received = from_unix_ns(at_unix_ns);
    entry->frame = std::string(10, 'x');
    journal.append({.entries = {entry}, .nodes = {}, .positions = {}, .unstored = {}, .run = {}});
  }
  JournalPage read(uint64_t after_seq, std::size_t bytes_max = 1000) {
    std::optional<JournalPage> page;
    journal.read(after_seq, bytes_max, [&](JournalPage found) { page = std::move(found); });
    settle();
    REQUIRE(page);
    return *page;
  }
  uint64_t find(int64_t at_unix_ns) {
    uint64_t after = 0;
    journal.find(from_unix_ns(at_unix_ns), [&](uint64_t seq) { after = seq; });
    settle();
    return after;
  }

  std::deque<std::function<void()>> posted;
  MemoryJournal journal;
  uint64_t committed_seq = 0;
};

JournalGap gap_of(const JournalPage& page) {
  return page.gaps.empty() ? JournalGap() : page.gaps.front();
}

}  // namespace

TEST_CASE("an append is committed later, never within the call") {
  Fixture f(1000);
  f.append(100);
  CHECK(f.committed_seq == 0);
  f.settle();
  CHECK(f.committed_seq == 100);
  CHECK(f.journal.last_committed() == 100);
}

TEST_CASE(
    "pages hold what comes after a seq, within their bytes, and say when they reach the end") {
  Fixture f(1000);
  for (uint64_t seq = 100; seq < 105; ++seq) f.append(seq);
  f.settle();
  const auto first = f.read(101, 20);
  REQUIRE(first.entries.size() == 2);
  CHECK(first.entries[0]->seq == 102);
  CHECK_FALSE(first.at_end);
  CHECK(gap_of(first).first_seq == 0);
  const auto last = f.read(103, 20);
  CHECK(last.entries.size() == 1);
  CHECK(last.at_end);
  CHECK(f.read(104).entries.empty());
}

TEST_CASE(
    "what is over the bytes is evicted oldest first, and a reader behind it is told the gap") {
  Fixture f(30);
  for (uint64_t seq = 100; seq < 105; ++seq) f.append(seq);
  CHECK(f.journal.kept().updates == 0);  // nothing within the call
  f.settle();
  CHECK(f.journal.kept().updates == 3);
  CHECK(f.journal.kept().oldest_seq == 102);
  CHECK(f.journal.kept().bytes == 30);
  const auto page = f.read(100);
  CHECK(gap_of(page).first_seq == 101);
  CHECK(gap_of(page).last_seq == 101);
  CHECK(page.entries.size() == 3);
  CHECK(gap_of(f.read(101)).first_seq == 0);
}

TEST_CASE("what came before the first entry is of an earlier run and can't be read") {
  Fixture f(1000);
  f.append(5000);
  f.settle();
  const auto page = f.read(7);
  CHECK(gap_of(page).first_seq == 8);
  CHECK(gap_of(page).last_seq == 4999);
}

TEST_CASE(
    "a time is found as the seq before it, if some of what it asks for is gone, as one that "
    "tells") {
  Fixture f(30);
  for (uint64_t seq = 100; seq < 105; ++seq) f.append(seq, static_cast<int64_t>(seq) * 10);
  f.settle();
  CHECK(f.find(1030) == 102);
  CHECK(f.find(1025) == 102);
  CHECK(f.find(9999) == 104);
  CHECK(f.find(1011) == 101);
  CHECK(gap_of(f.read(f.find(1010))).first_seq == 1);
}

}  // namespace picket::hub
