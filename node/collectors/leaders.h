// Which processes live, and word of their end the moment it comes: a descriptor (pidfd) each.
#pragma once

#include <sys/types.h>

#include <asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "common/unique_fd.h"
#include "node/collectors/readable_fd.h"

namespace picket::node {

/// Descriptors held at most; processes beyond are only looked at.
inline constexpr std::size_t kLeaderDescriptorsMax = 256;

class Leaders {
 public:
  /// `ended` is called on the loop's thread when one of those asked for has ended.
  Leaders(asio::io_context& loop, std::function<void()> ended);

  /// Whether `pid` lives, a zombie doesn't; from the first time on its end is told.
  bool alive(pid_t pid);
  /// Forgets those not asked for since the last call. To be called after each round of questions.
  void forget_unasked();

  std::size_t watched() const { return watched_.size(); }

 private:
  struct Watched {
    UniqueFd fd;
    bool ended = false;
    std::unique_ptr<ReadableFd> wait;
  };
  bool watch(pid_t pid);

  asio::io_context& loop_;
  std::function<void()> ended_;
  std::map<pid_t, Watched> watched_;
  std::set<pid_t> asked_;
};

}  // namespace picket::node
