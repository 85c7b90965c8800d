// How many updates the hub stores in a second, and how soon a client that is a million behind has
// them: `journal_rate_bench` hands events of 32 nodes' logs to the real Committer and
// SqliteJournal, in turns with a bare prepared insert of the same frames, as many a transaction and
// with the same pragmas. Then a real picket-hub starts on that journal, and a client asks for all
// of it.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <poll.h>
#include <unistd.h>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/deadlines.h"
#include "common/dial.h"
#include "common/frame.h"
#include "common/limits.h"
#include "common/protocol.h"
#include "common/system_clock.h"
#include "hub/core/committer.h"
#include "hub/io/sqlite_journal.h"
#include "picket/v1/client_link.pb.h"
#include "tests/bench/process.h"
#include "tests/bench/programs.h"

namespace picket::bench {
namespace {

using hub::JournalEntryPtr;

constexpr std::size_t kUpdates = 1'000'000;
constexpr std::size_t kTurns = 10;  // what is compared takes turns
constexpr std::size_t kNodes = 32;
constexpr std::size_t kEventsOfMessage = 8;
constexpr std::size_t kBatch = limits::kCommitUpdatesMax;
static_assert(kBatch == kNodes * kEventsOfMessage);
constexpr std::size_t kBatchesOfTurn = kUpdates / kTurns / kBatch;

double seconds_since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

v1::HubToClient update(uint64_t seq, const std::string& node, WallTime now) {
  v1::HubToClient message;
  auto* update = message.mutable_update();
  update->set_seq(seq);
  update->set_node(node);
  update->set_at_unix_ns(to_unix_ns(now));
  update->set_received_unix_ns(to_unix_ns(now));
  update->mutable_event()->set_kind("ssh.failed");
  auto* auth = update->mutable_event()->mutable_auth();
  auth->set_time_source(v1::AuthEvent::TIME_SOURCE_JOURNAL);
  auth->set_host(node);
  auth->set_process("sshd-session");
  auth->set_pid(static_cast<uint32_t>(seq % 4'000'000));
  auth->set_user("administrator");
  auth->set_invalid_user(true);
  auth->set_source_address("192.0.2.17");
  auth->set_source_port(40'000);
  auth->set_method("password");
  auth->set_verified(v1::AuthEvent::VERIFIED_YES);
  auth->set_attempt("0123456789abcdef");
  return message;
}

// What the nodes send between two transactions, and where their logs are then.
std::vector<hub::Committer::Changes> batch_after(uint64_t seq, WallTime now) {
  std::vector<hub::Committer::Changes> batch;
  for (std::size_t i = 0; i < kNodes; ++i) {
    hub::Committer::Changes changes;
    const std::string node = "n" + std::to_string(i);
    for (std::size_t event = 0; event < kEventsOfMessage; ++event) {
      ++seq;
      changes.entries.push_back(std::make_shared<hub::JournalEntry>(
          hub::JournalEntry{.seq = seq,
                            .node = node,
                            .kind = "ssh.failed",
                            .received = now,
                            .frame = encode_frame(update(seq, node, now))}));
    }
    hub::NodePosition position;
    position.node = node;
    position.position.set_source("journald");
    position.position.set_instance("0123456789abcdef0123456789abcdef");
    position.position.set_offset(seq);
    position.position.set_at_unix_ns(to_unix_ns(now));
    changes.position = position;
    batch.push_back(std::move(changes));
  }
  return batch;
}

using Batches = std::vector<std::vector<hub::Committer::Changes>>;

// The hub's journal as the hub fills it: the next batch once the one before is stored.
class HubJournal {
 public:
  HubJournal(const std::string& state, const std::string& hub_id)
      : journal_(open(state + "/journal.db", hub_id)) {}

  double store(const Batches& batches) {
    batches_ = &batches;
    next_ = 0;
    const auto begun = std::chrono::steady_clock::now();
    add_next();
    io_.restart();
    const auto waiting = asio::make_work_guard(io_);  // the journal answers from its own thread
    io_.run();
    if (next_ <= batches.size()) throw std::runtime_error("the journal refuses");
    return seconds_since(begun);
  }

 private:
  std::unique_ptr<hub::SqliteJournal> open(const std::string& path, const std::string& hub_id) {
    const hub::SqliteJournal::Settings settings{
        .path = path,
        .hub_id = hub_id,
        .limits = {.bytes_max = limits::kJournalBytesMax, .age_max = limits::kJournalAgeMax}};
    auto journal = hub::SqliteJournal::open(settings, clock_, io_.get_executor());
    if (!journal) throw std::runtime_error(journal.error());
    return *std::move(journal);
  }
  void add_next() {
    if (next_++ >= batches_->size()) return io_.stop();
    for (const auto& changes : (*batches_)[next_ - 1]) committer_.add(changes);
  }
  hub::Committer::Events events() {
    return {.stored = [this](uint64_t) { add_next(); },
            .position_stored = [](const hub::NodePosition&) {},
            .position_unstored = [](const hub::NodePosition&) {},
            .execution_stored = [](const std::string&) {},
            .unstored = [](uint64_t) {},
            .storing_changed = [this](bool, const std::string&) { io_.stop(); }};
  }

  asio::io_context io_;
  SystemClock clock_;
  Deadlines deadlines_;  // none is due: every batch is full
  const Batches* batches_ = nullptr;
  std::size_t next_ = 0;
  std::unique_ptr<hub::SqliteJournal> journal_;
  static std::string no_row(const std::string& /*key*/) { return {}; }
  hub::Committer committer_{*journal_, clock_, deadlines_, {}, {no_row, no_row}, events()};
};

// A database of one table, beside the hub's own.
class Bare {
 public:
  Bare(const std::string& path, bool all_columns)
      : database_(make(path, all_columns)),
        insert_(database_, all_columns ? "INSERT INTO updates VALUES(?, ?, ?, ?, ?)"
                                       : "INSERT INTO updates VALUES(?)"),
        all_columns_(all_columns) {}

  double store(const Batches& batches) {
    const auto begun = std::chrono::steady_clock::now();
    for (const auto& batch : batches) {
      SQLite::Transaction transaction(database_);
      for (const auto& changes : batch) {
        for (const auto& entry : changes.entries) insert(*entry);
      }
      transaction.commit();
    }
    return seconds_since(begun);
  }

 private:
  static SQLite::Database make(const std::string& path, bool all_columns) {
    SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("PRAGMA journal_mode=WAL");
    database.exec("PRAGMA synchronous=FULL");
    database.exec(all_columns ? "CREATE TABLE updates(seq INTEGER PRIMARY KEY, node TEXT NOT NULL, "
                                "kind TEXT NOT NULL, received_ns INTEGER NOT NULL, "
                                "frame BLOB NOT NULL);"
                                "CREATE INDEX updates_by_node ON updates(node, seq)"
                              : "CREATE TABLE updates(frame BLOB NOT NULL)");
    return database;
  }
  void insert(const hub::JournalEntry& entry) {
    int column = 0;
    if (all_columns_) {
      insert_.bind(++column, static_cast<int64_t>(entry.seq));
      insert_.bindNoCopy(++column, entry.node);
      insert_.bindNoCopy(++column, entry.kind);
      insert_.bind(++column, to_unix_ns(entry.received));
    }
    insert_.bindNoCopy(++column, entry.frame.data(), static_cast<int>(entry.frame.size()));
    insert_.exec();
    insert_.reset();
  }

  SQLite::Database database_;
  SQLite::Statement insert_;
  bool all_columns_;
};

void print_rate(const char* name, double seconds, double hub_seconds) {
  const auto updates = static_cast<double>(kTurns * kBatchesOfTurn * kBatch);
  std::printf("%-44s %9.0f updates/s, the hub's journal %.2f of it\n", name, updates / seconds,
              seconds / hub_seconds);
}

// Returns the seq before the first that was stored.
uint64_t fill(const std::string& state, const std::string& hub_id) {
  HubJournal journal(state, hub_id);
  const test::TemporaryFolder folder;
  Bare column(folder / "column.db", false);
  Bare columns(folder / "columns.db", true);
  const WallTime now = SystemClock().wall();
  const uint64_t start = static_cast<uint64_t>(to_unix_ns(now) / 1'000'000) * 1024 - 2 * kUpdates;
  uint64_t seq = start;
  double in_hub = 0;
  double in_column = 0;
  double in_columns = 0;
  for (std::size_t turn = 0; turn < kTurns; ++turn) {
    Batches batches;
    for (std::size_t i = 0; i < kBatchesOfTurn; ++i, seq += kBatch) {
      batches.push_back(batch_after(seq, now));
    }
    in_hub += journal.store(batches);
    in_column += column.store(batches);
    in_columns += columns.store(batches);
  }
  std::printf("%zu updates a transaction, of %zu nodes, with their logs' positions\n", kBatch,
              kNodes);
  print_rate("committer and journal of the hub", in_hub, in_hub);
  print_rate("bare insert, the frame alone", in_column, in_hub);
  print_rate("bare insert, the journal's columns and index", in_columns, in_hub);
  return start;
}

void write_all(int socket, const std::string& bytes) {
  if (::write(socket, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("the hub does not read");
  }
}

UniqueFd subscribe(const std::string& path, uint64_t after_seq) {
  auto socket = dial_unix(path);
  if (!socket) throw std::runtime_error(socket.error());
  v1::ClientToHub hello;
  hello.set_request_id(1);
  *hello.mutable_hello()->mutable_peer() = protocol::self("bench", "bench");
  v1::ClientToHub request;
  request.set_request_id(2);
  request.mutable_subscribe()->set_after_seq(after_seq);
  request.mutable_subscribe()->set_ceiling(v1::Subscribe::CEILING_DURABLE);
  request.mutable_subscribe()->mutable_filter()->add_kinds("ssh.*");
  write_all(socket->get(), encode_frame(hello) + encode_frame(request));
  return *std::move(socket);
}

// Reads until it is live, which it is once it has all; how many updates those were.
std::size_t read_all(int socket) {
  FrameReader frames(limits::kFrameBytesMax);
  std::vector<char> buffer(limits::kReadBytesMax);
  std::size_t updates = 0;
  bool live = false;
  v1::HubToClient message;
  const auto on_frame = [&](std::string_view frame) {
    if (!message.ParseFromArray(frame.data(), static_cast<int>(frame.size()))) return false;
    if (message.has_missed()) throw std::runtime_error("the hub does not have them all");
    live = live || message.has_live();
    updates += message.has_update() ? 1 : 0;
    return true;
  };
  while (!live) {
    pollfd polled{socket, POLLIN, 0};
    if (::poll(&polled, 1, 60'000) <= 0) throw std::runtime_error("the hub says nothing more");
    const ssize_t got = ::read(socket, buffer.data(), buffer.size());
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) continue;
    const bool good =
        got > 0 && frames.feed({buffer.data(), static_cast<std::size_t>(got)}, on_frame);
    if (!good) throw std::runtime_error("the hub ended the subscription");
  }
  return updates;
}

void measure() {
  uint64_t start = 0;
  const HubProcess hub(kNodes, "", [&](const std::string& state, const std::string& hub_id) {
    start = fill(state, hub_id);
  });
  for (int pass = 0; pass < 3; ++pass) {
    const Nanoseconds before = cpu_of(hub.pid());
    const auto begun = std::chrono::steady_clock::now();
    const UniqueFd socket = subscribe(hub.socket(), start);
    const auto updates = static_cast<double>(read_all(socket.get()));
    const double seconds = seconds_since(begun);
    std::printf("catch-up of a client %.0f behind  %9.0f updates/s, CPU of the hub %.2f us each\n",
                updates, updates / seconds, to_ms(cpu_of(hub.pid()) - before) * 1000 / updates);
  }
}

}  // namespace
}  // namespace picket::bench

int main() {
  try {
    picket::bench::measure();
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "journal_rate: %s\n", exception.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
