// The files of the audit log: the one that is written, audit.jsonl, and those that were rotated
// away from it, audit.jsonl.1 (the latest) and so on. A crash may leave a number out.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/unique_fd.h"

namespace picket {

inline constexpr const char* kAuditFileName = "audit.jsonl";
/// In the state folder that a hub has unless its configuration says another.
inline constexpr const char* kAuditPathDefault = "/var/lib/picket-hub/audit.jsonl";

/// Number 0 is `path` itself.
std::string audit_file_path(const std::string& path, std::size_t number);

/// Whether this can be the name of one that was rotated away.
bool is_rotated_audit_name(std::string_view name);

struct OpenAuditFile {
  std::string path;
  UniqueFd file;
};

/// All that exist, the oldest first; each once, also while the hub rotates them. None is no error.
Result<std::vector<OpenAuditFile>> open_audit_files(const std::string& path);

/// Reads a file line by line, and holds little more than one line.
class AuditLines {
 public:
  explicit AuditLines(int descriptor) : descriptor_(descriptor) {}

  enum class Next { kLine, kEnd, kTorn, kTooLong, kFailed };  // kFailed: errno says why
  /// kTorn: what is left has no end. The line is valid until the next call.
  Next next(std::string_view& line);

 private:
  bool fill();

  int descriptor_;
  off_t offset_ = 0;
  std::string buffer_;
  std::size_t used_ = 0;  // of the buffer
};

}  // namespace picket
