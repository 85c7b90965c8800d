// A tree that stands in for a host's /proc, /run, /dev and /etc, made up file by file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "tests/support/temporary_folder.h"

namespace picket::test {

/// One process; by default a shell that leads its session on a terminal.
struct Process {
  pid_t pid = 0;
  pid_t parent = 1;
  uint32_t uid = 1000;
  std::string_view command = "bash";
  uint32_t tty = 0;   // device number; see pts()
  pid_t session = 0;  // 0: leads its own
  uint64_t start_ticks = 5000;
  char state = 'S';
  std::string_view namespaced = "";  // its pids in namespaces below
};

inline uint32_t pts(uint32_t number) {
  return (136U << 8) | (number & 0xFF) | ((number & 0xFFF00) << 12);
}

class CapturedHost {
 public:
  CapturedHost();
  const std::filesystem::path& root() const { return root_; }

  void write_file(std::string_view path, std::string_view content) const;
  void append_file(std::string_view path, std::string_view content) const;
  void remove_file(std::string_view path) const;
  bool has(std::string_view path) const;

  void start(const Process& process) const;
  void end(pid_t pid) const;
  bool alive(pid_t pid) const { return has("/proc/" + std::to_string(pid)); }
  void open_terminal(uint32_t number) const;
  void close_terminal(uint32_t number) const { remove_file("/dev/pts/" + std::to_string(number)); }

  static constexpr int64_t kBooted = 1'600'000'000;  // seconds since the epoch

 private:
  TemporaryFolder folder_;
  std::filesystem::path root_;
};

}  // namespace picket::test
