#include "common/new_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

#include "common/files.h"
#include "common/trusted_path.h"

namespace picket {

NewFolder::NewFolder(std::string final_path)
    : final_path_(std::move(final_path)), path_(final_path_ + ".new-XXXXXX") {
  made_ = check_place();
  if (made_ && mkdtemp(path_.data()) == nullptr)
    made_ = system_error("make a folder beside", final_path_);
}

NewFolder::~NewFolder() {
  std::error_code ignored;
  if (made_ && !published_) std::filesystem::remove_all(path_, ignored);
}

// Root must not be led elsewhere by whoever owns a folder on the way.
Status NewFolder::check_place() const {
  if (geteuid() != 0) return {};
  const auto parent = std::filesystem::absolute(final_path_).parent_path().string();
  const Status safe = check_place_of_root(parent);
  if (safe) return {};
  return Error{safe.error() + "; or do this as the user whose folder it is, not as root"};
}

Status NewFolder::hand_over() const {
  struct stat place{};
  if (geteuid() != 0 || lstat(final_path_.c_str(), &place) != 0 || place.st_uid == 0) return {};
  // Nobody else reaches into the new folder yet, so that a path in it is what it was made as.
  std::vector<std::string> all = {path_};
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(path_, error), end; !error && at != end;
       at.increment(error)) {
    all.push_back(at->path().string());
  }
  if (error) return Error{"can't read " + path_ + ": " + error.message()};
  for (const auto& path : all) {
    if (lchown(path.c_str(), place.st_uid, place.st_gid) != 0) {
      return system_error("give away", path);
    }
  }
  return {};
}

Status NewFolder::publish() {
  if (auto handed_over = hand_over(); !handed_over) return handed_over;
  if (rename(path_.c_str(), final_path_.c_str()) != 0) return system_error("make", final_path_);
  published_ = true;
  return sync_parent();
}

Status NewFolder::replace() {
  const int exchanged =
      renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, final_path_.c_str(), RENAME_EXCHANGE);
  if (exchanged != 0) return system_error("replace", final_path_);
  return sync_parent();  // what has this object's name now, and is removed with it, is the old
                         // folder
}

Status NewFolder::sync_parent() const {
  return sync_folder(std::filesystem::path(final_path_).parent_path().string());
}

}  // namespace picket
