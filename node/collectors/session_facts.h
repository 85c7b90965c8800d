// What each source says of who is on, before the merge. Text is as the source has it: any bytes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace picket::node {

// The sources' names, as on the wire.
inline constexpr char kLogindSource[] = "logind";
inline constexpr char kUtmpSource[] = "utmp";
inline constexpr char kProcSource[] = "proc";

/// A session of logind: a user's login, also one without a terminal (`ssh host command`).
struct LogindFact {
  std::string id;
  std::string user;  // empty: not known yet
  std::optional<uint32_t> uid;
  std::string tty;  // without /dev/; empty for logins through sshd
  std::string seat;
  std::string remote_host;
  std::string service;
  std::string session_class;
  pid_t leader = 0;
  uint64_t since_us = 0;  // since the epoch
};

/// A live USER_PROCESS record of utmp.
struct UtmpFact {
  std::string user;
  std::string tty;
  std::string remote_host;
  pid_t pid = 0;
  uint64_t since_us = 0;
  // A terminal emulator's or tmux's window, entered by libutempter: within a login, not one itself.
  bool window = false;
  std::vector<pid_t> ancestors;  // nearest first, without pid 1; empty if /proc can't tell
};

/// A process that leads a kernel session with a controlling terminal.
struct ProcFact {
  pid_t pid = 0;
  uint64_t start_ticks = 0;  // after boot
  std::string tty;
  uint32_t uid = 0;
  std::string user;  // empty: not known yet
  int64_t since_ns = 0;
  std::vector<pid_t> ancestors;
};

/// Absent: that source can't see. Empty: it sees nobody.
struct SessionFacts {
  std::optional<std::vector<LogindFact>> logind;
  std::optional<std::vector<UtmpFact>> utmp;
  std::optional<std::vector<ProcFact>> proc;
};

}  // namespace picket::node
