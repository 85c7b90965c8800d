// Small files read whole, and written so that a crash at any moment leaves the old content or the
// new, never half of one.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "common/result.h"
#include "common/unique_fd.h"

namespace picket {

/// The whole file, if it is a regular one of at most `bytes_max`. The error names it.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max);
/// The same of a path that a stranger may have made, by a process that may read anything: what is
/// no regular file is not even opened, since to open a device can be an act. Needs /proc.
Result<std::string> read_strangers_file(const std::string& path, std::size_t bytes_max);

/// Replaces or makes the file: written beside it as PATH.new, with `mode`, synced, renamed, the
/// folder synced. On stable storage when it returns without an error; else the file is as it was.
/// One writer at a time.
Status write_file(const std::string& path, std::string_view content, mode_t mode);

/// Makes what was renamed, made or removed in a folder outlast a crash.
Status sync_folder(const std::string& path);

/// Writes all of it at the descriptor's position. False: errno says why; a part may have been
/// written.
[[nodiscard]] bool write_all(int descriptor, std::string_view content);

/// Refuses what others than root and this process's user own or may write, or, with `secret`, may
/// read: key files and the folders that hold them. The error names the file and the command that
/// mends it.
Status check_protected(const std::string& path, bool secret);

/// Holds a folder for this process until it ends or the result does: the kernel frees it also on a
/// crash. `holder` is the program that may have it only once, for the message.
Result<UniqueFd> lock_folder(const std::string& path, std::string_view holder);

/// "can't read /x/y: Permission denied", by errno.
Error system_error(std::string_view action, const std::string& path);

}  // namespace picket
