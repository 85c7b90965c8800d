// All processes below one, however far: by their parents, which no process can choose.
#pragma once

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <vector>

namespace picket::node {

/// A process, told from a later one with the same pid.
struct ProcessId {
  pid_t pid = 0;
  uint64_t start_ticks = 0;
  auto operator<=>(const ProcessId&) const = default;
};

/// Those that live now. Of a subreaper (prctl(2)) that is all that it or its children ever started.
std::vector<ProcessId> descendants_of(pid_t ancestor);

/// Its own, and those whose parents have died, if it is their subreaper.
std::vector<ProcessId> children_of(pid_t parent);

/// Never another process, should this one have ended meanwhile. False: it has, or may not be sent
/// signals by us.
bool send_signal(const ProcessId& process, int signal);

}  // namespace picket::node
