// What a bench needs of other processes: to fork one, and to read what a process costs.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/unique_fd.h"

namespace picket::bench {

/// A copy of this process that runs `body` and ends. Killed with this object.
class Fork {
 public:
  explicit Fork(const std::function<void()>& body);
  ~Fork();
  Fork(const Fork&) = delete;
  Fork& operator=(const Fork&) = delete;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

/// Numbers from one process to another; made before the fork.
class Pipe {
 public:
  Pipe();
  void tell(std::size_t number) const;
  /// Waits for one, two minutes at most, then throws.
  std::size_t hear() const;
  /// One, if there is one already.
  std::optional<std::size_t> try_hear() const;

 private:
  UniqueFd from_;
  UniqueFd to_;
};

/// A line of /proc/PID/status, its number: "VmRSS" (KiB), "Threads", "voluntary_ctxt_switches".
long status_of(pid_t pid, const std::string& key);
/// Resident memory with page tables and kernel stacks.
long memory_kib(pid_t pid);
/// CPU time of all its threads, in user and kernel mode.
Nanoseconds cpu_of(pid_t pid);
/// How often its threads have gone to sleep, which is how often they were woken.
long wake_ups(pid_t pid);
/// Memory that it alone has written to.
long private_dirty_kib(pid_t pid);
/// The processes that it has started and that haven't ended.
std::vector<pid_t> children_of(pid_t pid);
/// A line of /proc/meminfo, in KiB.
long meminfo_kib(const std::string& key);

inline double to_ms(Nanoseconds duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace picket::bench
