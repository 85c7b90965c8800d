#include "tests/bench/spawn.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace picket::bench {
namespace {

class OutputNowhere {
 public:
  OutputNowhere() {
    ::posix_spawn_file_actions_init(&actions_);
    for (const int output : {STDOUT_FILENO, STDERR_FILENO})
      ::posix_spawn_file_actions_addopen(&actions_, output, "/dev/null", O_WRONLY, 0);
  }
  ~OutputNowhere() { ::posix_spawn_file_actions_destroy(&actions_); }
  OutputNowhere(const OutputNowhere&) = delete;
  OutputNowhere& operator=(const OutputNowhere&) = delete;

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

pid_t start(const Words& words) {
  static const OutputNowhere kNowhere;
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  if (::posix_spawnp(&pid, arguments[0], kNowhere.get(), nullptr, arguments.data(), environ) != 0)
    throw std::runtime_error("can't start " + words[0]);
  return pid;
}

void wait_for(pid_t pid, const Words& words) {
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid || status != 0)
    throw std::runtime_error("failed: " + words[0]);
}

}  // namespace

void spawn(const Words& words) { wait_for(start(words), words); }

void spawn_at_once(const Words& words, std::size_t count) {
  std::vector<pid_t> started;
  for (std::size_t i = 0; i < count; ++i) started.push_back(start(words));
  for (const pid_t pid : started) wait_for(pid, words);
}

}  // namespace picket::bench
