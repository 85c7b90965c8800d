// A folder that comes to be whole or not at all: filled under another name beside its place, then
// renamed.
#pragma once

#include <string>

#include "common/result.h"

namespace picket {

class NewFolder {
 public:
  /// Makes the folder that will be filled (mode 0700). `final_path` has no slash at its end. Root
  /// makes none where another user could put something else in its place.
  explicit NewFolder(std::string final_path);
  /// Removes it with all that is in it, unless it has been published.
  ~NewFolder();
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  /// Whether there is a folder to fill.
  const Status& made() const { return made_; }
  /// Where its files go, until it is published.
  const std::string& path() const { return path_; }

  /// Gives it its name; an error if something other than an empty folder has that name. If this
  /// process is root's and that folder another user's, what is in this one becomes that user's too:
  /// an administrator fills what a service will read.
  Status publish();
  /// Gives it its name, in place of the folder that has it, which is then removed.
  Status replace();

 private:
  Status check_place() const;
  Status hand_over() const;
  Status sync_parent() const;

  std::string final_path_;
  std::string path_;
  Status made_;
  bool published_ = false;
};

}  // namespace picket
