// A file that one thread writes and any thread syncs. A sync that failed is not forgotten: the
// kernel tells an error once, to one of those who ask, and takes what it lost for clean from then
// on, so that a later success says nothing. Until repair() has written it again, every sync fails.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "common/result.h"
#include "common/unique_fd.h"

namespace picket::hub {

/// As fdatasync(2), which tests replace.
using SyncCall = std::function<int(int descriptor)>;

class SyncedFile {
 public:
  SyncedFile(UniqueFd file, std::string path, SyncCall sync)
      : file_(std::move(file)), path_(std::move(path)), sync_(std::move(sync)) {}

  /// What was written before the call is on stable storage, unless this is an error.
  Status sync();
  /// Writes `lost`, all that was not yet synced, at its place again, and syncs.
  Status repair(std::string_view lost, uint64_t offset);

  // For whoever writes; not while a repair runs.
  /// False: errno says why; a part may have been written.
  [[nodiscard]] bool write_at(std::string_view text, uint64_t offset) const;
  /// Takes what lies after `size` off again.
  [[nodiscard]] bool cut(uint64_t size) const;

 private:
  Status sync_locked();

  UniqueFd file_;
  std::string path_;
  SyncCall sync_;
  std::mutex mutex_;
  bool failed_ = false;  // guarded by mutex_
};

}  // namespace picket::hub
