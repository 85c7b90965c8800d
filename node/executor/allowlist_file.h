// The allowlist as it is now: read again whenever the file, or whom it depends on, has changed.
#pragma once

#include <sys/stat.h>

#include <string>

#include "common/unique_fd.h"
#include "node/commands/allowlist.h"
#include "picket/v1/model.pb.h"

namespace picket::node {

class AllowlistFile {
 public:
  explicit AllowlistFile(std::string path);

  /// Looks, before anything is run by it. True: what it allows, or why it can't be used, is not
  /// what it was.
  bool refresh();
  const LoadedAllowlist& now() const { return loaded_; }
  /// Whether there is a file at all.
  bool exists() const { return exists_; }
  v1::Commands published() const;

  /// Readable when something in the file's folder has changed: refresh(). -1: that can't be told.
  int changes() const { return changes_.get(); }

 private:
  bool is_same();
  void watch();

  std::string path_;
  LoadedAllowlist loaded_;
  bool exists_ = false;
  struct stat seen_{};
  UniqueFd changes_;
};

}  // namespace picket::node
