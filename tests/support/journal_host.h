// The real journald, on a throw-away host: only inside tests/support/throwaway_host.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace picket::test {

class JournalHost {
 public:
  /// Runs, with a journal on disk that drops nothing; returns when it takes lines.
  JournalHost();

  /// As root, of facility authpriv.
  void log(const std::string& program, const std::string& message) const;
  /// As another user, through the journal's own protocol: lines of "FIELD=value".
  void log_fields_as(uint32_t uid, const std::string& fields) const;
  /// What was logged until now is in the journal's files.
  void sync() const;
  void rotate() const;
  /// Removes all but the newest file.
  void vacuum() const;
  /// Writes over the twelve bytes before each `text` in the journal's files; how many there were.
  int damage_before(const std::string& text) const;
  /// kill -9, and starts it anew.
  void kill_and_restart();

 private:
  void start();

  TemporaryFolder folder_;
  std::optional<Child> journald_;
};

}  // namespace picket::test
