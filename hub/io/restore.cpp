#include "hub/io/restore.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "common/audit_files.h"
#include "common/files.h"
#include "common/new_folder.h"
#include "common/time_text.h"
#include "hub/io/copy_bytes.h"
#include "hub/io/identity_store.h"
#include "hub/io/journal_database.h"
#include "hub/io/state_folder.h"

namespace picket::hub {
namespace {

struct OpenedBackup {
  UniqueFd file;
  BackupHead head;
};

// Only files of a state folder, each once and none missing.
bool has_expected_files(const BackupManifest& manifest) {
  std::set<std::string> names;
  for (const auto& file : manifest.files) {
    const bool is_new = names.insert(file.name).second;
    const bool is_ours =
        file.name == kJournalName || file.name == kAuditFileName ||
        is_rotated_audit_name(file.name) ||
        std::any_of(std::begin(kStateFiles), std::end(kStateFiles),
                    [&](const StateFile& known) { return file.name == known.name; });
    if (!is_new || !is_ours) return false;
  }
  return std::all_of(std::begin(kStateFiles), std::end(kStateFiles),
                     [&](const StateFile& known) { return names.contains(known.name); });
}

Status check_manifest(const BackupHead& head, uint64_t bytes, WallTime now) {
  const BackupManifest& manifest = head.manifest;
  if (manifest.journal_format > kJournalFormat) {
    return Error{"its journal is of a newer picket-hub (" + manifest.program +
                 "): install that release"};
  }
  if (!has_expected_files(manifest)) return Error{"it doesn't hold the files of a hub"};
  uint64_t expected = head.bytes;
  for (const auto& file : manifest.files) {
    if (file.bytes > bytes) return Error{"it is cut off"};  // nor can the sum overflow
    expected += file.bytes;
  }
  if (expected > bytes) return Error{"it is cut off"};
  if (expected < bytes) return Error{"it is damaged: there is more in it than it says"};
  if (now >= manifest.created) return {};
  return Error{"it was made " + in_words(manifest.created - now) +
               " after what this host's clock says; set the clock"};
}

Result<OpenedBackup> open_backup(const std::string& path, WallTime now) {
  UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!file || fstat(file.get(), &status) != 0) return system_error("read", path);
  if (!S_ISREG(status.st_mode)) return Error{path + " is not a regular file"};
  std::string begin(kBackupHeadBytesMax, '\0');
  const ssize_t size = pread(file.get(), begin.data(), begin.size(), 0);
  if (size < 0) return system_error("read", path);
  begin.resize(static_cast<std::size_t>(size));
  auto head = parse_backup_head(begin);
  if (!head) return Error{path + " can't be restored: " + head.error()};
  const auto checked = check_manifest(*head, static_cast<uint64_t>(status.st_size), now);
  if (!checked) return Error{path + " can't be restored: " + checked.error()};
  return OpenedBackup{std::move(file), *std::move(head)};
}

Status write_one(int from, const std::string& path, mode_t mode, const BackedUpFile& facts) {
  const UniqueFd out(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!out) return system_error("make", path);
  const auto digest = copy_bytes(from, out.get(), facts.bytes);
  if (!digest || fchmod(out.get(), mode) != 0 || fsync(out.get()) != 0) {
    return system_error("write", path);
  }
  if (to_hex(*digest) == facts.sha256) return {};
  return Error{"the backup is damaged: " + facts.name + " has another checksum"};
}

mode_t mode_of(const std::string& name) {
  for (const auto& file : kStateFiles) {
    if (name == file.name) return file.mode;
  }
  return 0600;
}

// Opening checks all that a starting hub checks.
Status check_hub(const std::string& folder, const BackupManifest& manifest, const Clock& clock) {
  const auto opened = StateFolder::open(folder, clock.wall());
  if (!opened) return Error{"the backup is of no good hub: " + opened.error()};
  if (opened->hub_id() != manifest.hub_id) return Error{"the backup's parts are of other hubs"};
  const auto identities =
      IdentityStore::open(opened->identities_path(), opened->ca(), opened->addresses(), clock);
  if (!identities) return Error{"the backup is of no good hub: " + identities.error()};
  return {};
}

}  // namespace

Result<BackupManifest> restore(const std::string& file, const std::string& folder,
                               const Clock& clock) {
  const auto place = vacant_state_folder(folder);
  if (!place) return Error{place.error()};
  auto backup = open_backup(file, clock.wall());
  if (!backup) return Error{backup.error()};
  const BackupManifest& manifest = backup->head.manifest;
  NewFolder fresh(*place);
  if (!fresh.made()) return Error{fresh.made().error()};
  if (lseek(backup->file.get(), static_cast<off_t>(backup->head.bytes), SEEK_SET) < 0)
    return system_error("read", file);
  for (const auto& facts : manifest.files) {
    const std::string path = fresh.path() + "/" + facts.name;
    auto written = write_one(backup->file.get(), path, mode_of(facts.name), facts);
    if (!written) return Error{written.error()};
  }
  if (auto checked = check_hub(fresh.path(), manifest, clock); !checked)
    return Error{checked.error()};
  if (auto synced = sync_folder(fresh.path()); !synced) return Error{synced.error()};
  if (auto published = fresh.publish(); !published) return Error{published.error()};
  return manifest;
}

}  // namespace picket::hub
