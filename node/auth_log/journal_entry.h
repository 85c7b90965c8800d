// One entry of journald's journal as a line of the auth log. Its texts are copies: the library's
// own are gone with the next field that is asked for.
#pragma once

#include <systemd/sd-journal.h>

#include <cstdint>
#include <string>

#include "common/clock.h"
#include "node/auth_log/log_line.h"

namespace picket::node {

/// Where an entry stands: a sequence number, and of which sequence it is one.
struct JournalPlace {
  std::string instance;  // 32 hexadecimal digits
  uint64_t number = 0;
  bool operator==(const JournalPlace&) const = default;
};

/// Of a cursor's text, "s=...;i=...;..."; all empty: it has none.
JournalPlace place_of(const char* cursor);

class JournalEntry {
 public:
  /// A message that is damaged is mostly left out by the library, and then is none.
  enum class State { kLine, kNoMessage, kDamaged };

  /// Where `journal` stands; false: that is damaged, and place() perhaps empty.
  bool read_place(sd_journal* journal);
  /// The place, and all that a line has.
  State read(sd_journal* journal);

  const JournalPlace& place() const { return place_; }
  const std::string& cursor() const { return cursor_; }
  /// When it was written, else when journald received it.
  WallTime time() const { return time_; }
  /// Borrows from the entry.
  LogLine line() const;

 private:
  bool read_time(sd_journal* journal);

  JournalPlace place_;
  std::string cursor_;
  WallTime time_;
  std::string message_;
  std::string process_;
  std::string host_;
  std::string claimed_pid_;
  std::string pid_;
  std::string uid_;
  std::string exe_;
  std::string boot_id_;
  std::string sent_;
};

}  // namespace picket::node
