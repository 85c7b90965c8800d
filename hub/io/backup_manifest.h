// The head of a backup: what is in it, with checksums. Pure.
//
//   picket-hub-backup 1\n                      the format's version
//   <bytes of the manifest> <its SHA-256>\n
//   <the manifest: one JSON object>            and then the files' contents, in the manifest's
//   order
//
// One file of our own form, not an archive: an archive's names, links, owners and modes would all
// have to be refused again when it is read, and none of them is needed. Not a database either: the
// journal in it may be larger than a database's value can be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/result.h"

namespace picket::hub {

inline constexpr int kBackupFormat = 1;
/// No head is longer; it is read whole.
inline constexpr std::size_t kBackupHeadBytesMax = std::size_t{64} * 1024;

struct BackedUpFile {
  std::string name;  // in the state folder
  uint64_t bytes = 0;
  std::string sha256;  // hexadecimal

  bool operator==(const BackedUpFile&) const = default;
};

struct BackupManifest {
  std::string program;  // the release that made it
  std::string hub_id;
  WallTime created{};
  int journal_format = 0;
  std::vector<BackedUpFile> files;
};

struct BackupHead {
  BackupManifest manifest;
  std::size_t bytes = 0;  // of the head: where the first file begins
};

std::string format_backup_head(const BackupManifest& manifest);

/// `begin`: the first kBackupHeadBytesMax bytes, or all. The error is a clause: "it is damaged".
Result<BackupHead> parse_backup_head(std::string_view begin);

}  // namespace picket::hub
