// When files in a folder changed, seen by a thread that does nothing else: the measure for a
// watcher's delay.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/clock.h"
#include "common/unique_fd.h"

namespace picket::test {

class ChangeTimes {
 public:
  /// Changes of `name` in `folder`; of any file if `name` is empty, hidden ones apart.
  ChangeTimes(const std::string& folder, std::string name);
  ~ChangeTimes();

  /// The first change seen after `time`, if there was one.
  std::optional<SteadyTime> first_after(SteadyTime time);

 private:
  void run();

  std::string name_;
  UniqueFd inotify_;
  UniqueFd stop_;
  std::mutex mutex_;  // of what follows
  std::vector<SteadyTime> times_;
  std::thread thread_;
};

}  // namespace picket::test
