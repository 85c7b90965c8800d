// SQLite's way to the disk, with a fault at the operation of a test's choice: while one exists,
// every database that is opened goes through it. One at a time in a process.
#pragma once

#include <cstdint>

namespace picket::test {

class FailingVfs {
 public:
  enum class Fault {
    kNone,   // operations are only counted
    kFails,  // that operation fails, those after it don't
    kDies,   // from that operation on the disk does nothing any more
    kTears,  // that operation, if it writes, writes its first half; then as kDies
  };

  /// `operation`: which one has the fault, from 1; those that write, sync, truncate or delete
  /// count.
  explicit FailingVfs(Fault fault = Fault::kNone, int64_t operation = 0);
  ~FailingVfs();
  FailingVfs(const FailingVfs&) = delete;
  FailingVfs& operator=(const FailingVfs&) = delete;

  int64_t operations() const;
};

}  // namespace picket::test
