// poll(2) for things that come and go: what is waited for in this turn, and what of it is ready.
#pragma once

#include <poll.h>

#include <optional>
#include <vector>

#include "common/clock.h"

namespace picket::node {

class PollSet {
 public:
  void clear() { wanted_.clear(); }
  void want(int descriptor, short events = POLLIN) { wanted_.push_back({descriptor, events, 0}); }

  /// Until something is ready or `timeout` is over; nothing: no time-out. False: poll(2) failed.
  bool wait(std::optional<Milliseconds> timeout);

  /// What is so of a descriptor: POLLIN, POLLHUP, ...; 0: nothing, or nobody waited for it.
  short ready(int descriptor) const;

 private:
  std::vector<pollfd> wanted_;
  std::vector<short> ready_;  // by descriptor
};

}  // namespace picket::node
