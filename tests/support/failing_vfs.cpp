#include "tests/support/failing_vfs.h"

#include <sqlite3.h>

#include <atomic>
#include <stdexcept>

namespace picket::test {
namespace {

using Fault = FailingVfs::Fault;

constexpr const char* kName = "picket-failing";

// SQLite calls with nothing but its own pointers, from the journal's helper thread too.
std::atomic<Fault> fault_of_choice;
std::atomic<int64_t> operation_of_choice;
std::atomic<int64_t> operations_done;
sqlite3_vfs* disk = nullptr;

// What SQLite takes for its file; the disk's own lies right behind it.
struct File {
  sqlite3_file base;
  sqlite3_file* on_disk() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* file_of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

template <typename Call, typename... Arguments>
int pass_on(sqlite3_file* file, Call sqlite3_io_methods::* call, Arguments... arguments) {
  sqlite3_file* on_disk = file_of(file)->on_disk();
  return (on_disk->pMethods->*call)(on_disk, arguments...);
}

enum class Fate { kDone, kFails, kTorn };

Fate next_operation() {
  const int64_t operation = ++operations_done;
  const Fault fault = fault_of_choice;
  if (fault == Fault::kNone || operation < operation_of_choice) return Fate::kDone;
  if (operation > operation_of_choice) return fault == Fault::kFails ? Fate::kDone : Fate::kFails;
  return fault == Fault::kTears ? Fate::kTorn : Fate::kFails;
}

int close_file(sqlite3_file* file) { return pass_on(file, &sqlite3_io_methods::xClose); }

int read_file(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
  return pass_on(file, &sqlite3_io_methods::xRead, bytes, count, offset);
}

int write_file(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  const Fate fate = next_operation();
  if (fate == Fate::kFails) return SQLITE_IOERR_WRITE;
  const int written = fate == Fate::kTorn ? count / 2 : count;
  const int result = pass_on(file, &sqlite3_io_methods::xWrite, bytes, written, offset);
  return fate == Fate::kTorn ? SQLITE_IOERR_WRITE : result;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  if (next_operation() != Fate::kDone) return SQLITE_IOERR_TRUNCATE;
  return pass_on(file, &sqlite3_io_methods::xTruncate, size);
}

int sync_file(sqlite3_file* file, int flags) {
  if (next_operation() != Fate::kDone) return SQLITE_IOERR_FSYNC;
  return pass_on(file, &sqlite3_io_methods::xSync, flags);
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  return pass_on(file, &sqlite3_io_methods::xFileSize, size);
}

int lock_file(sqlite3_file* file, int lock) {
  return pass_on(file, &sqlite3_io_methods::xLock, lock);
}

int unlock_file(sqlite3_file* file, int lock) {
  return pass_on(file, &sqlite3_io_methods::xUnlock, lock);
}

int check_lock(sqlite3_file* file, int* is_reserved) {
  return pass_on(file, &sqlite3_io_methods::xCheckReservedLock, is_reserved);
}

int control_file(sqlite3_file* file, int what, void* argument) {
  return pass_on(file, &sqlite3_io_methods::xFileControl, what, argument);
}

int sector_size(sqlite3_file* file) { return pass_on(file, &sqlite3_io_methods::xSectorSize); }

int characteristics(sqlite3_file* file) {
  return pass_on(file, &sqlite3_io_methods::xDeviceCharacteristics);
}

int map_shared(sqlite3_file* file, int page, int bytes, int extend, void volatile** mapped) {
  return pass_on(file, &sqlite3_io_methods::xShmMap, page, bytes, extend, mapped);
}

int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
  return pass_on(file, &sqlite3_io_methods::xShmLock, offset, count, flags);
}

void barrier_shared(sqlite3_file* file) {
  sqlite3_file* on_disk = file_of(file)->on_disk();
  on_disk->pMethods->xShmBarrier(on_disk);
}

int unmap_shared(sqlite3_file* file, int remove) {
  return pass_on(file, &sqlite3_io_methods::xShmUnmap, remove);
}

// Version 2: with shared memory, which the write-ahead log needs, without mapped reads.
constexpr sqlite3_io_methods kMethods = {2,
                                         close_file,
                                         read_file,
                                         write_file,
                                         truncate_file,
                                         sync_file,
                                         size_of_file,
                                         lock_file,
                                         unlock_file,
                                         check_lock,
                                         control_file,
                                         sector_size,
                                         characteristics,
                                         map_shared,
                                         lock_shared,
                                         barrier_shared,
                                         unmap_shared,
                                         nullptr,
                                         nullptr};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  File* opened = file_of(file);
  const int result = disk->xOpen(disk, name, opened->on_disk(), flags, flags_out);
  opened->base.pMethods = opened->on_disk()->pMethods == nullptr ? nullptr : &kMethods;
  return result;
}

int delete_file(sqlite3_vfs*, const char* name, int sync_folder) {
  if (next_operation() != Fate::kDone) return SQLITE_IOERR_DELETE;
  return disk->xDelete(disk, name, sync_folder);
}

sqlite3_vfs vfs{};

}  // namespace

FailingVfs::FailingVfs(Fault fault, int64_t operation) {
  fault_of_choice = fault;
  operation_of_choice = operation;
  operations_done = 0;
  disk = sqlite3_vfs_find(nullptr);
  vfs = *disk;
  vfs.szOsFile += static_cast<int>(sizeof(File));
  vfs.zName = kName;
  vfs.pNext = nullptr;
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK) throw std::runtime_error("no VFS");
}

FailingVfs::~FailingVfs() { sqlite3_vfs_unregister(&vfs); }

int64_t FailingVfs::operations() const { return operations_done; }

}  // namespace picket::test
