// Whether the users and programs that an allowlist names are there, asked in a process of its own:
// those who know users and hold programs (LDAP, NFS) may never answer, and commands that run must
// not wait for them.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "common/unique_fd.h"
#include "node/commands/allowlist.h"

namespace picket::node {

class AllowlistCheck {
 public:
  /// `path` is where the commands stand, for the errors.
  static Result<AllowlistCheck> start(const Allowlist& commands, const std::string& path,
                                      SteadyTime now);
  AllowlistCheck(AllowlistCheck&& other) noexcept;
  AllowlistCheck& operator=(AllowlistCheck&&) = delete;
  /// Kills the process if it has not answered.
  ~AllowlistCheck();

  /// Waits for the result, so long at most.
  void wait(Milliseconds patience);
  /// What is wrong, once that is known: also that it can't be found out. Nothing: not yet.
  std::optional<std::vector<std::string>> result(SteadyTime now);

  /// Readable when there is more to know.
  int descriptor() const { return answer_.get(); }
  /// When it is known that it can't be found out.
  SteadyTime deadline() const { return deadline_; }

 private:
  AllowlistCheck(pid_t pid, UniqueFd answer, SteadyTime deadline)
      : pid_(pid), answer_(std::move(answer)), deadline_(deadline) {}
  void read();

  pid_t pid_;
  UniqueFd answer_;
  SteadyTime deadline_;
  std::string text_;
  bool at_end_ = false;
};

}  // namespace picket::node
