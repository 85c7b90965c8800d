#include "hub/io/backup.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/audit_verify.h"
#include "hub/io/audit_file.h"
#include "hub/io/journal_database.h"
#include "hub/io/restore.h"
#include "hub/io/state_folder.h"
#include "tests/support/catch.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;

constexpr const char* kFiles[] = {"addresses", "ca.key.pem", "ca.pem",     "hub.key.pem",
                                  "hub.pem",   "identities", "audit.jsonl"};

// A hub with a journal and an audit file, and its backup.
struct Rig {
  test::TemporaryFolder folder;
  test::ManualClock clock{from_unix_ns(1'800'000'000'000'000'000)};
  std::string hub = folder / "hub";
  std::string file = folder / "file";
  std::string back = folder / "back";
  std::unique_ptr<SQLite::Database> journal;

  Rig() {
    const auto made = StateFolder::init(hub, {"hub.example.org:9992"}, clock.wall());
    REQUIRE(made);
    auto opened = open_journal_database(hub + "/journal.db", made->hub_id, clock.wall());
    REQUIRE(opened);
    journal = std::move(opened->database);
    for (int i = 0; i < 100; ++i) store();
    auto audit = AuditFile::open(hub + "/audit.jsonl", clock);
    REQUIRE(audit);
    REQUIRE(audit->record({.actor = "uid 0",
                           .action = "token.create",
                           .object = "web1",
                           .outcome = "done",
                           .details = {}}));
  }
  void store() const {
    journal->exec(
        "INSERT INTO updates(node, kind, received_ns, frame) VALUES('web1','x',1,zeroblob(2000))");
  }
  void back_up_well() const { REQUIRE(back_up(hub, file, clock.wall())); }
  // The error of restore(), which must fail and leave nothing behind.
  std::string restore_error(const std::string& content) const {
    test::write(file, content);
    const auto restored = restore(file, back, clock);
    REQUIRE_FALSE(restored);
    CHECK(test::list(folder.path()).find("back") == std::string::npos);
    return restored.error();
  }
};

int64_t updates_in(const std::string& folder) {
  const SQLite::Database database(folder + "/journal.db", SQLite::OPEN_READONLY);
  SQLite::Statement count(database, "SELECT count(*) FROM updates");
  REQUIRE(count.executeStep());
  return count.getColumn(0).getInt64();
}

}  // namespace

TEST_CASE("the audit log's chain goes through a backup, with the files that were rotated away") {
  Rig rig;
  const std::string path = rig.hub + "/audit.jsonl";
  const AuditRecord record{"uid 0", "token.create", std::string(1000, 'x'), true, "done", {}};
  {
    auto audit = AuditFile::open(path, rig.clock, {.bytes_max = 5000, .keep = 3});
    REQUIRE(audit);
    for (int i = 0; i < 10; ++i) REQUIRE(audit->record(record));
  }
  test::write(path + ".new", "left by a crash");
  const auto before = verify_audit_log(path);
  REQUIRE(before);
  REQUIRE(before->files > 2);
  rig.back_up_well();
  REQUIRE(restore(rig.file, rig.back, rig.clock));
  const std::string back = rig.back + "/audit.jsonl";
  CHECK(verify_audit_log(back)->last_hash == before->last_hash);
  CHECK(verify_audit_log(back)->records == before->records);
  CHECK(test::mode_of(back + ".1") == 0600);
  CHECK(test::list(rig.back).find(".new") == std::string::npos);
  auto audit = AuditFile::open(back, rig.clock);
  REQUIRE(audit);
  REQUIRE(audit->record(record));
  CHECK(verify_audit_log(back)->records == before->records + 1);
}

TEST_CASE("a restored hub is what was backed up, with the modes of a hub's files") {
  Rig rig;
  const auto made = back_up(rig.hub, rig.file, rig.clock.wall());
  REQUIRE(made);
  CHECK(made->files.size() == 8);
  CHECK(test::mode_of(rig.file) == 0600);
  CHECK(test::list(rig.hub).find("backup") == std::string::npos);
  const auto restored = restore(rig.file, rig.back, rig.clock);
  REQUIRE(restored);
  CHECK(restored->hub_id == made->hub_id);
  CHECK(test::mode_of(rig.back) == 0700);
  for (const std::string name : kFiles) {
    CHECK(test::read(rig.back + "/" + name) == test::read(rig.hub + "/" + name));
    CHECK(test::mode_of(rig.back + "/" + name) == test::mode_of(rig.hub + "/" + name));
  }
  CHECK(test::mode_of(rig.back + "/journal.db") == 0600);
  CHECK(updates_in(rig.back) == 100);
  CHECK(open_journal_database(rig.back + "/journal.db", made->hub_id, rig.clock.wall())
            ->set_aside.empty());
  CHECK(StateFolder::open(rig.back, rig.clock.wall()));
}

TEST_CASE("a hub that never ran, without journal and audit file, is backed up too") {
  const test::TemporaryFolder folder;
  const test::ManualClock clock{from_unix_ns(1'800'000'000'000'000'000)};
  REQUIRE(StateFolder::init(folder / "hub", {"hub:9992"}, clock.wall()));
  REQUIRE(back_up(folder / "hub", folder / "file", clock.wall()));
  REQUIRE(restore(folder / "file", folder / "back", clock));
  CHECK(test::list(folder / "back") == test::list(folder / "hub"));
}

TEST_CASE("a backup during a transaction has what was committed before it") {
  const Rig rig;
  rig.journal->exec("BEGIN IMMEDIATE");
  rig.store();
  rig.back_up_well();
  rig.store();
  rig.journal->exec("COMMIT");
  REQUIRE(restore(rig.file, rig.back, rig.clock));
  CHECK(updates_in(rig.back) == 100);
  CHECK(updates_in(rig.hub) == 102);
}

TEST_CASE("a backup that was cut or changed anywhere is found out, and nothing is restored") {
  Rig rig;
  rig.journal.reset();
  std::filesystem::remove(rig.hub + "/journal.db");  // small, so that much can be tried
  rig.back_up_well();
  const std::string whole = test::read(rig.file);
  for (std::size_t size = 0; size < whole.size(); size += 61) {
    CHECK_FALSE(rig.restore_error(whole.substr(0, size)).empty());
  }
  CHECK(rig.restore_error(whole.substr(0, whole.size() - 1)) ==
        rig.file + " can't be restored: it is cut off");
  CHECK(rig.restore_error(whole + "x") ==
        rig.file + " can't be restored: it is damaged: there is more in it than it says");
  for (std::size_t at = 0; at < whole.size(); at += 31) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    CHECK_FALSE(rig.restore_error(changed).empty());
  }
}

TEST_CASE("a changed byte in the journal is found, though SQLite would not see it") {
  const Rig rig;
  rig.back_up_well();
  std::string whole = test::read(rig.file);
  whole[whole.find(std::string(1000, '\0')) + 500] = 'x';  // within a frame
  CHECK(rig.restore_error(whole) == "the backup is damaged: journal.db has another checksum");
}

TEST_CASE("files that no hub has, twice or not at all, are no backup") {
  const Rig rig;
  rig.back_up_well();
  const std::string whole = test::read(rig.file);
  const auto head = parse_backup_head(whole);
  REQUIRE(head);
  const auto with = [&](const std::vector<BackedUpFile>& files) {
    BackupManifest manifest = head->manifest;
    manifest.files = files;
    return format_backup_head(manifest) + whole.substr(head->bytes);
  };
  const std::string wrong = rig.file + " can't be restored: it doesn't hold the files of a hub";
  auto files = head->manifest.files;
  for (const char* name : {"../evil", "/etc/passwd", "", "hub.pem.new", "backup/journal.db"}) {
    auto renamed = files;
    renamed.back().name = name;
    CHECK(rig.restore_error(with(renamed)) == wrong);
  }
  auto twice = files;
  twice.push_back(twice.back());
  CHECK(rig.restore_error(with(twice)) == wrong);
  CHECK(rig.restore_error(with({files.front()})) == wrong);
  files.front().bytes = UINT64_MAX;
  CHECK(rig.restore_error(with(files)) == rig.file + " can't be restored: it is cut off");
}

TEST_CASE("a backup of the future is refused: a newer release's, or a later clock's") {
  Rig rig;
  rig.back_up_well();
  const std::string whole = test::read(rig.file);
  const auto head = parse_backup_head(whole);
  REQUIRE(head);
  BackupManifest newer = head->manifest;
  newer.program = "9.0.0";
  newer.journal_format = kJournalFormat + 1;
  CHECK(rig.restore_error(format_backup_head(newer) + whole.substr(head->bytes)) ==
        rig.file +
            " can't be restored: its journal is of a newer picket-hub (9.0.0): install that "
            "release");
  rig.clock.advance(-2h);
  CHECK(rig.restore_error(whole) ==
        rig.file +
            " can't be restored: it was made 2 hours after what this host's clock says; set the "
            "clock");
}

TEST_CASE("parts of two hubs are not one") {
  const Rig rig;
  const Rig other;
  std::filesystem::copy_file(other.hub + "/ca.key.pem", rig.hub + "/ca.key.pem",
                             std::filesystem::copy_options::overwrite_existing);
  rig.back_up_well();
  CHECK(rig.restore_error(test::read(rig.file)).find("the backup is of no good hub: ") == 0);
}

TEST_CASE("a hub or anything else that is there is not restored over, an empty folder is taken") {
  const Rig rig;
  rig.back_up_well();
  const auto over = restore(rig.file, rig.hub, rig.clock);
  REQUIRE_FALSE(over);
  CHECK(over.error().find("there is a hub in " + rig.hub + " already") == 0);
  CHECK_FALSE(restore(rig.file, rig.folder.path(), rig.clock));
  REQUIRE(mkdir(rig.back.c_str(), 0755) == 0);
  REQUIRE(restore(rig.file, rig.back, rig.clock));
  CHECK(test::mode_of(rig.back) == 0700);
}

TEST_CASE("root's restore belongs to the owner of the folder, and root's backup is root's") {
  PICKET_NEEDS_ROOT();
  const Rig rig;
  REQUIRE(chmod(rig.folder.path().c_str(), 0755) == 0);
  const uid_t service = 4711;
  for (const auto& entry : std::filesystem::directory_iterator(rig.hub)) {
    REQUIRE(chown(entry.path().c_str(), service, service) == 0);
  }
  REQUIRE(chown(rig.hub.c_str(), service, service) == 0);
  rig.back_up_well();
  CHECK(geteuid() == 0);
  struct stat status{};
  REQUIRE(stat(rig.file.c_str(), &status) == 0);
  CHECK(status.st_uid == 0);
  REQUIRE(mkdir(rig.back.c_str(), 0700) == 0);
  REQUIRE(chown(rig.back.c_str(), service, service + 1) == 0);
  REQUIRE(restore(rig.file, rig.back, rig.clock));
  for (const std::string name : {"", "/ca.key.pem", "/journal.db", "/audit.jsonl"}) {
    REQUIRE(stat((rig.back + name).c_str(), &status) == 0);
    CHECK(status.st_uid == service);
    CHECK(status.st_gid == service + 1);
  }
  // A link that the service's user laid for root leads nowhere that it may not read itself.
  REQUIRE(chmod(rig.file.c_str(), 0600) == 0);
  REQUIRE(unlink((rig.hub + "/audit.jsonl").c_str()) == 0);
  REQUIRE(symlink(rig.file.c_str(), (rig.hub + "/audit.jsonl").c_str()) == 0);
  CHECK_FALSE(back_up(rig.hub, rig.folder / "other", rig.clock.wall()));
}

TEST_CASE("a backup that fails leaves the older one, and nothing beside it") {
  const Rig rig;
  rig.back_up_well();
  const std::string before = test::read(rig.file);
  const std::string listed = test::list(rig.folder.path());
  for (const rlim_t bytes : {0, 100, 3000, 100'000}) {
    const test::FileSizeLimit disk_full(bytes);
    CHECK_FALSE(back_up(rig.hub, rig.file, rig.clock.wall()));
  }
  CHECK(test::read(rig.file) == before);
  CHECK(test::list(rig.folder.path()) == listed);
  CHECK_FALSE(back_up(rig.folder / "none", rig.file, rig.clock.wall()));
  REQUIRE(mkdir((rig.folder / "place").c_str(), 0700) == 0);
  CHECK_FALSE(back_up(rig.hub, rig.folder / "place", rig.clock.wall()));
}

TEST_CASE("a restore that runs out of disk leaves nothing behind") {
  const Rig rig;
  rig.back_up_well();
  for (const rlim_t bytes : {0, 100, 300, 3000, 100'000}) {
    const test::FileSizeLimit disk_full(bytes);
    CHECK_FALSE(restore(rig.file, rig.back, rig.clock));
    CHECK(test::list(rig.folder.path()).find("back") == std::string::npos);
  }
}

}  // namespace picket::hub
