// The journal's SQLite file: opening it, its tables, and what to do with one that can't be used.
// SQLite's exceptions pass through; who calls turns them into a sentence.
#pragma once

#include <SQLiteCpp/Database.h>

#include <memory>
#include <string>

#include "common/clock.h"
#include "common/result.h"

namespace picket::hub {

/// The version of the tables (PRAGMA user_version); a file of a higher one is of a newer release.
inline constexpr int kJournalFormat = 2;

struct OpenedDatabase {
  std::unique_ptr<SQLite::Database> database;
  std::string set_aside;  // what became of a damaged file, for the log; empty: nothing was wrong
};

/// Opens or makes the database of the hub `hub_id` at `path`, with its tables, readable by its
/// owner only. A damaged file is renamed, with `now` in its new name, and a new one begun. Error:
/// of a newer release, of another hub, or it can't be opened.
Result<OpenedDatabase> open_journal_database(const std::string& path, const std::string& hub_id,
                                             WallTime now);

/// A second connection, which reads only, and what is committed only.
std::unique_ptr<SQLite::Database> open_journal_reader(const std::string& path);

/// Whether this is how SQLite says that the file is damaged, not that the disk is full.
bool is_damage(int sqlite_error_code);

/// Has the file looked through when it is opened next: a write found it damaged.
void suspect_journal_database(const std::string& path);

}  // namespace picket::hub
