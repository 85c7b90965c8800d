// Opens what a path names only if nobody who isn't trusted could put something else there: every
// folder on the way, also on those of links, belongs to root and may be written by root alone.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <optional>
#include <string>

#include "common/result.h"
#include "common/unique_fd.h"

namespace picket {

struct TrustedFile {
  UniqueFd descriptor;  // O_PATH
  struct stat status{};
  std::string path;  // without links; of "/": empty
};

/// Of what is found there, nothing but its place is judged. `also`: another user who is trusted
/// with folders. The error names the folder and the command that mends it.
Result<TrustedFile> open_trusted(const std::string& path, std::optional<uid_t> also = {});

/// Whether what was opened belongs to root (or `also`) and may be written by nobody else.
Status check_owner(const TrustedFile& file, const std::string& path,
                   std::optional<uid_t> also = {});

/// Whether nobody but root can put something else in the place of what root makes in this folder. A
/// folder like /tmp, where each may change only what is his own, is good for that.
Status check_place_of_root(const std::string& folder);

/// A program: a regular file that is root's alone to write, and can be executed.
Result<TrustedFile> open_program(const std::string& path);

/// The whole of a regular file that is root's alone to write.
Result<std::string> read_trusted(const std::string& path, std::size_t bytes_max);

}  // namespace picket
