// Files of /proc and /run: read whole, at once, and bounded.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace picket::node {

/// A file's bytes, or the errno that says why not (then `bytes` is empty). EFBIG: more than asked
/// for.
struct SmallFile {
  std::string bytes;
  int error = 0;
  explicit operator bool() const { return error == 0; }
};

SmallFile read_small_file(const std::filesystem::path& path, std::size_t bytes_max);
/// The same, `path` taken from the open folder `folder`.
SmallFile read_small_file_at(int folder, const char* path, std::size_t bytes_max);

/// `path` ("/proc/stat") below `root`; std::filesystem's own `/` would forget the root.
inline std::filesystem::path below(const std::filesystem::path& root, std::string_view path) {
  return root / path.substr(1);
}

}  // namespace picket::node
