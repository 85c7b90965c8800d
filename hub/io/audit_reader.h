// Reads the audit log's lines piece by piece, through all its files, while the hub goes on writing
// and rotating them. Blocks: for a helper thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/unique_fd.h"
#include "hub/core/audit.h"

namespace picket::hub {

class AuditReader {
 public:
  /// From the first record at `since` or later up to `last_seq`.
  AuditReader(std::string path, WallTime since, uint64_t last_seq);

  /// About limits::kAuditPageBytesMax of lines at most, found within
  /// limits::kAuditScanBytesMax of the files.
  AuditPage next();

 private:
  bool open_next(AuditPage& page);
  bool fill(AuditPage& page);
  void take_lines(AuditPage& page);
  void take(std::string_view line, AuditPage& page);

  std::string path_;
  std::string since_;  // RFC 3339
  uint64_t last_seq_;
  uint64_t seq_ = 0;  // of the line read last
  std::size_t page_bytes_ = 0;
  UniqueFd file_;
  ino_t inode_ = 0;
  off_t offset_ = 0;
  std::string buffer_;  // read, and not yet taken
};

}  // namespace picket::hub
