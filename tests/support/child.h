// A program that a test starts, feeds and ends. Never outlives the test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/unique_fd.h"

namespace picket::test {

class Child {
 public:
  /// Looks `arguments[0]` up in PATH. Its output goes to the file `output`, its input comes from
  /// type().
  explicit Child(const std::vector<std::string>& arguments,
                 const std::string& output = "/dev/null");
  Child(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();  // kills it

  pid_t pid() const { return pid_; }
  void type(std::string_view text) const;
  void signal(int number) const;
  /// Its wait(2) status, when it has ended.
  int wait();
  /// The same; nothing if it still runs after `time`.
  std::optional<int> wait_for(std::chrono::milliseconds time);

 private:
  pid_t pid_ = -1;
  UniqueFd input_;
};

}  // namespace picket::test
