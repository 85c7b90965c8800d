#include "hub/io/journal_database.h"

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "common/files.h"
#include "common/rfc3339.h"
#include "common/unique_fd.h"

namespace picket::hub {
namespace {

constexpr int kBusyMs = 5000;
constexpr int kApplicationId = 0x706b7431;  // "pkt1", for file(1)

constexpr const char* kTables = R"(
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE updates(
  seq INTEGER PRIMARY KEY, node TEXT NOT NULL, kind TEXT NOT NULL, received_ns INTEGER NOT NULL,
  frame BLOB NOT NULL);
CREATE INDEX updates_by_node ON updates(node, seq);
CREATE TABLE kept(
  node TEXT PRIMARY KEY, updates INTEGER NOT NULL, bytes INTEGER NOT NULL,
  evicted_seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE unstored(first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL);
CREATE TABLE runs(start_seq INTEGER PRIMARY KEY, stored_before INTEGER NOT NULL);
CREATE TABLE nodes(name TEXT PRIMARY KEY, record BLOB NOT NULL);
CREATE TABLE positions(
  node TEXT NOT NULL, source TEXT NOT NULL, instance TEXT NOT NULL, offset INTEGER NOT NULL,
  part INTEGER NOT NULL, at_ns INTEGER NOT NULL, PRIMARY KEY(node, source, instance));
)";
constexpr const char* kTablesSinceFormat2 = R"(
CREATE TABLE executions(id TEXT PRIMARY KEY, record BLOB NOT NULL);
)";

std::string suspicion_path(const std::string& path) { return path + ".suspect"; }

// SQLite would make it by the umask.
Status make_private(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  return file ? Status() : system_error("open", path);
}

int pragma(SQLite::Database& database, const char* name) {
  return database.execAndGet(std::string("PRAGMA ") + name).getInt();
}

void make_tables(SQLite::Database& database, const std::string& hub_id) {
  database.exec("BEGIN IMMEDIATE");
  database.exec(kTables);
  database.exec(kTablesSinceFormat2);
  SQLite::Statement insert(database, "INSERT INTO meta VALUES('hub_id', ?)");
  insert.bind(1, hub_id);
  insert.exec();
  database.exec("PRAGMA user_version=" + std::to_string(kJournalFormat));
  database.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
  database.exec("COMMIT");
}

void bring_up_to_date(SQLite::Database& database) {
  if (pragma(database, "user_version") >= kJournalFormat) return;
  database.exec("BEGIN IMMEDIATE");
  database.exec(kTablesSinceFormat2);
  database.exec("PRAGMA user_version=" + std::to_string(kJournalFormat));
  database.exec("COMMIT");
}

// Something: it can't be this hub's, and why.
std::string misfit(SQLite::Database& database, const std::string& path, const std::string& hub_id) {
  const int format = pragma(database, "user_version");
  if (format > kJournalFormat) {
    return path + " was written by a newer picket-hub (format " + std::to_string(format) +
           ", this one knows " + std::to_string(kJournalFormat) +
           "): install that release again, or move the file away and lose what it holds";
  }
  const std::string owner =
      database.execAndGet("SELECT value FROM meta WHERE key='hub_id'").getString();
  if (owner == hub_id) return {};
  return path + " is of another hub (" + owner + ", not " + hub_id + "): move it away";
}

void check_if_suspect(SQLite::Database& database, const std::string& path) {
  if (!std::filesystem::exists(suspicion_path(path))) return;
  const std::string found = database.execAndGet("PRAGMA quick_check(1)").getString();
  if (found != "ok") throw SQLite::Exception(found, SQLITE_CORRUPT);
  std::filesystem::remove(suspicion_path(path));
}

Result<std::unique_ptr<SQLite::Database>> try_open(const std::string& path,
                                                   const std::string& hub_id) {
  if (const Status made = make_private(path); !made) return Error{made.error()};
  auto database = std::make_unique<SQLite::Database>(
      path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMs);
  if (pragma(*database, "user_version") == 0 &&
      database->execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0) {
    make_tables(*database, hub_id);
  }
  if (auto wrong = misfit(*database, path, hub_id); !wrong.empty()) return Error{wrong};
  check_if_suspect(*database, path);
  bring_up_to_date(*database);
  database->exec("PRAGMA journal_mode=WAL");
  database->exec("PRAGMA synchronous=FULL");
  return database;
}

// Its companions go with it: what they hold belongs to no other file.
Result<std::string> set_aside(const std::string& path, WallTime now, const std::string& why) {
  const std::string aside = path + ".damaged-" + to_rfc3339(now, 0);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const std::string from = path + suffix;
    if (std::rename(from.c_str(), (aside + suffix).c_str()) != 0 && errno != ENOENT) {
      return system_error("rename", from);
    }
  }
  std::filesystem::remove(suspicion_path(path));
  return path + " is damaged (" + why + ") and was put aside as " + aside +
         "; the hub begins a new one and knows nothing of before";
}

}  // namespace

bool is_damage(int sqlite_error_code) {
  return sqlite_error_code == SQLITE_CORRUPT || sqlite_error_code == SQLITE_NOTADB;
}

void suspect_journal_database(const std::string& path) {
  static_cast<void>(write_file(suspicion_path(path), "", 0600));
}

Result<OpenedDatabase> open_journal_database(const std::string& path, const std::string& hub_id,
                                             WallTime now) {
  OpenedDatabase opened;
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      auto database = try_open(path, hub_id);
      if (!database) return Error{database.error()};
      opened.database = *std::move(database);
      return opened;
    } catch (const SQLite::Exception& exception) {
      if (!is_damage(exception.getErrorCode()) || attempt > 0) {
        return Error{"can't open " + path + ": " + exception.what()};
      }
      auto moved = set_aside(path, now, exception.what());
      if (!moved) return Error{moved.error()};
      opened.set_aside = *std::move(moved);
    }
  }
  return opened;
}

std::unique_ptr<SQLite::Database> open_journal_reader(const std::string& path) {
  auto database = std::make_unique<SQLite::Database>(path, SQLite::OPEN_READONLY, kBusyMs);
  return database;
}

}  // namespace picket::hub
