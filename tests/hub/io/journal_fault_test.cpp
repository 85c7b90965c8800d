// The journal on a disk that fails, dies or tears what it writes, at every operation that it does.
#include <algorithm>
#include <asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/io/sqlite_journal.h"
#include "tests/support/catch.h"
#include "tests/support/failing_vfs.h"
#include "tests/support/loop.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;
using test::FailingVfs;
using Fault = FailingVfs::Fault;
using Seqs = std::vector<uint64_t>;

constexpr uint64_t kBatches = 3;

struct Answers : JournalListener {
  void stored() override { answers.push_back(true); }
  void refused(const std::string& /*reason*/) override { answers.push_back(false); }
  std::vector<bool> answers;
};

/// A hub's journal from its opening to its end, on a disk that may be faulty.
class Hub {
 public:
  explicit Hub(const std::string& path) {
    auto opened =
        SqliteJournal::open({path, "h1", {1U << 30U, 24h * 7}}, clock_, io_.get_executor());
    if (!opened) return;
    journal_ = *std::move(opened);
    journal_->set_listener(answers_);
  }
  bool is_open() const { return journal_ != nullptr; }
  bool was_damaged() const { return !journal_->set_aside().empty(); }

  /// An update with a row of state that says the same number.
  bool store(uint64_t seq) {
    auto entry = std::make_shared<JournalEntry>();
    entry->seq = seq;
    entry->node = "web1";
    entry->kind = "ssh.failed";
    entry->received = clock_.wall();
    entry->frame = std::string(3000, 'x');
    const std::size_t before = answers_.answers.size();
    journal_->append(JournalBatch{{entry}, {{"web1", std::to_string(seq)}}, {}, {}, {}});
    REQUIRE(test::run_until(io_, [&] { return answers_.answers.size() > before; }));
    return answers_.answers.back();
  }
  Seqs seqs() {
    std::optional<JournalPage> page;
    journal_->read(0, 1'000'000, [&](JournalPage found) { page = std::move(found); });
    REQUIRE(test::run_until(io_, [&] { return page.has_value(); }));
    Seqs all;
    for (const auto& entry : page->entries) all.push_back(entry->seq);
    return all;
  }
  std::string state() {
    const auto contents = journal_->contents();
    return contents.nodes.empty() ? "" : contents.nodes.front().bytes;
  }

 private:
  test::ManualClock clock_{from_unix_ns(1'800'000'000'000'000'000)};
  asio::io_context io_;
  Answers answers_;
  std::unique_ptr<SqliteJournal> journal_;
};

/// What was acknowledged.
Seqs run_hub(const std::string& path) {
  Seqs stored;
  Hub hub(path);
  for (uint64_t seq = 1; hub.is_open() && seq <= kBatches; ++seq) {
    if (hub.store(seq)) stored.push_back(seq);
  }
  return stored;
}

bool contains_all(const Seqs& all, const Seqs& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

/// What the next start finds, on a disk that works again.
void check_after(const std::string& path, const Seqs& acknowledged) {
  Hub hub(path);
  REQUIRE(hub.is_open());
  CHECK_FALSE(hub.was_damaged());
  const Seqs found = hub.seqs();
  CHECK(contains_all(found, acknowledged));
  // The state is that of the last update that is there: both come in one transaction.
  CHECK(hub.state() == (found.empty() ? "" : std::to_string(found.back())));
  CHECK(hub.store(100));
}

void fault_at_every_operation(Fault fault) {
  int64_t operations = 0;
  {
    const test::TemporaryFolder folder;
    const FailingVfs vfs;
    CHECK(run_hub(folder / "journal.db").size() == kBatches);
    operations = vfs.operations();
  }
  REQUIRE(operations > 15);
  for (int64_t operation = 1; operation <= operations; ++operation) {
    INFO("fault at operation " << operation << " of " << operations);
    const test::TemporaryFolder folder;
    Seqs acknowledged;
    {
      const FailingVfs vfs(fault, operation);
      acknowledged = run_hub(folder / "journal.db");
    }
    check_after(folder / "journal.db", acknowledged);
  }
}

}  // namespace

TEST_CASE("an operation of the disk that fails costs no update that was acknowledged") {
  fault_at_every_operation(Fault::kFails);
}

TEST_CASE("a disk that dies at any moment leaves what the next start can read") {
  fault_at_every_operation(Fault::kDies);
}

TEST_CASE("a write that is torn at any moment leaves what the next start can read") {
  fault_at_every_operation(Fault::kTears);
}

}  // namespace picket::hub
