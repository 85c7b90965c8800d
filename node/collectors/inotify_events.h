// What inotify tells, event by event; what it means is for the asker to say.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace picket::node {

struct InotifyEvent {
  int watch = -1;         // as inotify_add_watch() returned it; -1 with IN_Q_OVERFLOW
  uint32_t mask = 0;      // IN_CREATE, ...
  std::string_view name;  // within the watched folder; empty: the watched thing itself
};

/// Reads once, which takes a bounded number of events; the descriptor stays readable if there are
/// more.
void read_inotify(int fd, const std::function<void(const InotifyEvent& event)>& use);

}  // namespace picket::node
