#include "hub/io/backup.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "common/as_owner.h"
#include "common/audit_files.h"
#include "common/files.h"
#include "common/identity_files.h"
#include "common/protocol.h"
#include "hub/io/copy_bytes.h"
#include "hub/io/journal_database.h"
#include "hub/io/state_folder.h"

namespace picket::hub {
namespace {

/// What goes into the backup: open, so that it is what was found, whatever the hub does meanwhile.
struct Source {
  UniqueFd file;
  BackedUpFile facts;
};

Result<Source> measure(UniqueFd file, const std::string& name, const std::string& path) {
  struct stat status{};
  if (!file || fstat(file.get(), &status) != 0) return system_error("read", path);
  if (!S_ISREG(status.st_mode)) return Error{path + " is not a regular file"};
  const auto bytes = static_cast<uint64_t>(status.st_size);
  const auto digest = copy_bytes(file.get(), std::nullopt, bytes);
  if (!digest) return system_error("read", path);
  return Source{std::move(file), {name, bytes, to_hex(*digest)}};
}

UniqueFd open_source(const std::string& path) {
  return UniqueFd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
}

/// A copy of the journal that is open and has no name any more. One backup at a time makes it.
Result<UniqueFd> copy_journal(const std::string& folder, const std::string& journal) {
  const std::string room = folder + "/backup";
  if (mkdir(room.c_str(), 0700) != 0 && errno != EEXIST) return system_error("make", room);
  const auto lock = lock_folder(room, "picket-hub backup");
  if (!lock) return Error{lock.error()};
  const std::string copy = room + "/journal.db";
  unlink(copy.c_str());  // left by a crash
  std::optional<Error> failed;
  try {
    const auto database = open_journal_reader(journal);
    SQLite::Statement vacuum(*database, "VACUUM INTO ?");
    vacuum.bind(1, copy);
    vacuum.exec();
  } catch (const SQLite::Exception& exception) {
    failed = Error{"can't copy " + journal + ": " + exception.what()};
  }
  UniqueFd file = failed ? UniqueFd() : open_source(copy);
  if (!failed && !file) failed = system_error("read", copy);
  unlink(copy.c_str());
  rmdir(room.c_str());
  if (failed) return *std::move(failed);
  return file;
}

// The journal first: what comes after it is no older, so that the identities know every node of it.
Result<std::vector<Source>> open_sources(const std::string& folder) {
  std::vector<Source> sources;
  const auto add = [&](UniqueFd file, const std::string& name) -> Status {
    auto source = measure(std::move(file), name, folder + "/" + name);
    if (!source) return Error{source.error()};
    sources.push_back(*std::move(source));
    return {};
  };
  const std::string journal = folder + "/" + kJournalName;
  if (access(journal.c_str(), F_OK) == 0 || errno != ENOENT) {
    auto copy = copy_journal(folder, journal);
    if (!copy) return Error{copy.error()};
    if (auto added = add(*std::move(copy), kJournalName); !added) return Error{added.error()};
  }
  for (const auto& file : kStateFiles) {
    if (auto added = add(open_source(folder + "/" + file.name), file.name); !added)
      return Error{added.error()};
  }
  // Not the other way about: what the identities have is recorded already.
  auto audit = open_audit_files(folder + "/" + kAuditFileName);
  if (!audit) return Error{audit.error()};
  for (auto& [path, file] : *audit) {
    const std::string name = std::filesystem::path(path).filename().string();
    if (auto added = add(std::move(file), name); !added) return Error{added.error()};
  }
  return sources;
}

Status write_all_of(int out, const BackupManifest& manifest, const std::vector<Source>& sources,
                    const std::string& path) {
  if (!write_all(out, format_backup_head(manifest))) return system_error("write", path);
  for (const auto& [file, facts] : sources) {
    if (lseek(file.get(), 0, SEEK_SET) != 0) return system_error("read", facts.name);
    const auto digest = copy_bytes(file.get(), out, facts.bytes);
    if (!digest) return system_error("write", path);
    if (to_hex(*digest) != facts.sha256) return Error{facts.name + " changed meanwhile"};
  }
  return fsync(out) == 0 ? Status() : system_error("write", path);
}

Result<BackupManifest> back_up_into(int out, const std::string& path, const std::string& folder,
                                    WallTime now) {
  BackupManifest manifest{.program = std::string(protocol::kProgramVersion),
                          .hub_id = {},
                          .created = now,
                          .journal_format = kJournalFormat,
                          .files = {}};
  std::vector<Source> sources;
  {
    const AsOwnerOf owner(folder);
    if (!owner.changed()) return Error{owner.changed().error()};
    auto ca = load_certificate(folder + "/" + kCaCertificateName);
    if (!ca) return Error{ca.error()};
    manifest.hub_id = hub_id_of(ca->fingerprint());
    auto opened = open_sources(folder);
    if (!opened) return Error{opened.error()};
    sources = *std::move(opened);
  }
  for (const auto& source : sources) manifest.files.push_back(source.facts);
  if (auto written = write_all_of(out, manifest, sources, path); !written)
    return Error{written.error()};
  return manifest;
}

Status check_place(const std::filesystem::path& file) {
  std::error_code unknown;
  const auto status = std::filesystem::symlink_status(file, unknown);
  if (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status)) return {};
  return Error{file.string() + " is there and is not a regular file"};
}

}  // namespace

Result<BackupManifest> back_up(const std::string& folder, const std::string& file, WallTime now) {
  if (StateFolder::is_missing(folder)) return Error{"there is no hub in " + folder};
  const std::filesystem::path place = std::filesystem::absolute(file);
  if (auto free = check_place(place); !free) return Error{free.error()};
  std::string fresh = place.string() + ".new-XXXXXX";
  const UniqueFd out(mkostemp(fresh.data(), O_CLOEXEC));  // 0600
  if (!out) return system_error("make a file beside", place.string());
  auto manifest = back_up_into(out.get(), fresh, folder, now);
  if (manifest && rename(fresh.c_str(), place.c_str()) != 0) {
    manifest = system_error("make", place.string());
  }
  if (!manifest) {
    unlink(fresh.c_str());
    return manifest;
  }
  if (auto synced = sync_folder(place.parent_path().string()); !synced)
    return Error{synced.error()};
  return manifest;
}

}  // namespace picket::hub
