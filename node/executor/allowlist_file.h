// The allowlist as it is now: read again whenever the file, or whom it depends on, has changed.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "common/clock.h"
#include "common/unique_fd.h"
#include "node/commands/allowlist.h"
#include "node/executor/allowlist_check.h"
#include "node/executor/poll_set.h"
#include "picket/v1/model.pb.h"

namespace picket::node {

class AllowlistFile {
 public:
  AllowlistFile(std::string path, const Clock& clock);

  /// Looks, before anything is run by it. True: what it allows, or why it can't be used, is not
  /// what it was. Waits limits::kAllowlistCheckPatience at most; what is not known by then to be
  /// good can't be used until it is.
  bool refresh();
  const LoadedAllowlist& now() const { return loaded_; }
  /// Whether there is a file at all.
  bool exists() const { return exists_; }
  v1::Commands published() const;

  /// What it waits for: changes in the file's folder, and what is being looked up.
  void want(PollSet& polls) const;
  bool is_ready(const PollSet& polls) const;
  /// When refresh() is due whatever happens.
  std::optional<SteadyTime> deadline() const;

 private:
  bool is_same();
  void watch();
  void load();
  void begin_check();
  void end_check();

  std::string path_;
  const Clock& clock_;
  LoadedAllowlist loaded_;
  bool exists_ = false;
  struct stat seen_{};
  UniqueFd changes_;
  std::optional<AllowlistCheck> check_;  // of what follows
  Allowlist being_checked_;
};

}  // namespace picket::node
