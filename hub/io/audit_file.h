// The audit log as a chain of files: one JSON object a line, each chained to the one before by its
// SHA-256, so that a line changed or taken out later is found. Cutting lines off at the end, or
// making the whole chain anew, can only be found by whoever has kept the last hash elsewhere.
//
//   {"time":"…","seq":7,"actor":"uid 0","action":"node.revoke","object":"web1","allowed":true,
//    "outcome":"done","details":{},"previous":"…","hash":"…"}
//
// See common/audit_line.h for the chain. A file that is full is renamed (common/audit_files.h), and
// the next one begins with a record that says so and goes on with the chain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/limits.h"
#include "common/result.h"
#include "common/sha256.h"
#include "hub/core/audit.h"
#include "hub/io/synced_file.h"

namespace picket::hub {

struct AuditLimits {
  uint64_t bytes_max = limits::kAuditFileBytesMax;  // of one file
  std::size_t keep = limits::kAuditFilesKept;       // that were rotated away

  bool operator==(const AuditLimits&) const = default;
};

class AuditFile {
 public:
  /// Opens or makes the file (0600) and goes on with its chain. What a crash left of a last line is
  /// moved to PATH.torn, and of a rotation is gone on with. Error if the last whole line isn't one
  /// of an audit file. The clock outlives the result. `sync`: fdatasync(2), if none.
  static Result<AuditFile> open(const std::string& path, const Clock& clock,
                                AuditLimits limits = {}, SyncCall sync = {});

  /// Writes a record; it is stored once sync() has said so. False: it was not written. A line
  /// longer than limits::kAuditLineBytesMax never is.
  [[nodiscard]] bool append(const AuditRecord& record);
  /// append() and sync(): on stable storage, or not in the file.
  [[nodiscard]] bool record(const AuditRecord& record);
  Status sync();

  /// What a helper thread may do meanwhile: file->sync(). What came of it is told to on_synced().
  struct Sync {
    std::shared_ptr<SyncedFile> file;
    uint64_t end = 0;  // of what was written by then
  };
  Sync to_sync() const { return {file_, tip_.size}; }
  void on_synced(const Sync& sync, const Status& done);
  std::size_t unsynced_bytes() const { return unsynced_.size(); }

  /// After a sync that failed: file->repair(text, offset), before which nothing is appended.
  struct Repair {
    std::shared_ptr<SyncedFile> file;
    std::string text;
    uint64_t offset = 0;
  };
  bool needs_repair() const { return !sync_trouble_.empty(); }
  Repair to_repair() const { return {file_, unsynced_, tip_.size - unsynced_.size()}; }
  void on_repaired(const Status& done);

  /// Why the last record could not be written or synced; empty: it could.
  const std::string& trouble() const { return needs_repair() ? sync_trouble_ : write_trouble_; }
  /// Why the file is longer than it should be; empty: it isn't.
  const std::string& rotation_trouble() const { return rotation_trouble_; }
  const std::string& path() const { return path_; }
  uint64_t last_seq() const { return tip_.seq; }
  void set_limits(const AuditLimits& limits);
  /// What was set aside at opening, as a sentence for the log; empty: nothing.
  const std::string& set_aside() const { return set_aside_; }

 private:
  /// The end of the chain.
  struct Tip {
    uint64_t size = 0;  // of the file, in whole lines
    uint64_t seq = 0;
    Sha256 hash{};
  };
  AuditFile(const std::string& path, const Clock& clock, AuditLimits limits, SyncCall sync);
  Status go_on();
  Status go_on_from_rotated();
  Status take_last(std::string_view line, const std::string& path);
  bool prepare(std::size_t line_bytes);
  std::string line_of(const AuditRecord& record) const;
  bool append_line(std::string line);
  bool refuse(const Error& why);
  Status rotate();
  Status begin_next(const std::string& path);
  Status shift() const;
  void remove_oldest() const;

  std::string path_;
  const Clock* clock_;
  AuditLimits limits_;
  SyncCall sync_;
  std::shared_ptr<SyncedFile> file_;
  std::shared_ptr<SyncedFile> next_;  // while it rotates, else none
  Tip tip_;
  Tip before_;              // the last record
  Tip next_tip_;            // of next_
  uint64_t rotate_at_ = 0;  // when the file would be larger
  std::string unsynced_;    // the last bytes of the file
  bool folder_unsynced_ = false;
  std::string set_aside_;
  std::string sync_trouble_;
  std::string write_trouble_;
  std::string rotation_trouble_;
};

}  // namespace picket::hub
