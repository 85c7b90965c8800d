// The auth log as journald has it: the system's journal and those of all users. It attests who
// wrote a line. Which entries: those of the named programs, by what they call themselves (so that a
// forged line is read, to be told as such) and by what the kernel calls them, and all of the
// facilities auth and authpriv, which are what a syslog daemon writes to auth.log: a renamed su
// still logs there.
#pragma once

#include <systemd/sd-journal.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "node/auth_log/journal_entry.h"
#include "node/auth_log/log_source.h"

namespace picket::node {

inline constexpr std::string_view kJournalSource = "journald";
/// Those that report logins, users' becoming others, and changes of accounts.
extern const std::vector<std::string> kAuthPrograms;

class JournalLog final : public LogSource {
 public:
  JournalLog(std::filesystem::path root, std::vector<std::string> programs, const Clock& clock);

  std::string_view name() const override { return kJournalSource; }
  v1::CollectorHealth health() override;
  void start_at(const LogStart& start) override;
  LogStep next() override;
  int wake_fd() const override { return fd_; }
  void woken() override;

 private:
  struct Close {
    void operator()(sd_journal* journal) const { sd_journal_close(journal); }
  };

  struct Here {
    std::string cursor;
    JournalPlace place;  // of the last entry that is done with
  };

  bool open();
  void match_programs();
  bool begin();
  bool begin_at(FromNow now);
  bool begin_at(WallTime since);
  bool begin_at(const v1::LogPosition& position);
  bool find(const JournalPlace& place, WallTime time);
  void go_on(const JournalPlace& place);
  bool passed_over();
  LogStep tell();
  void miss(std::string reason);
  bool changed();
  void look_again();

  std::filesystem::path root_;
  std::vector<std::string> programs_;
  const Clock& clock_;
  std::unique_ptr<sd_journal, Close> journal_;
  int fd_ = -1;
  JournalEntry entry_;

  std::optional<LogStart> start_;  // not begun yet
  std::optional<Here> here_;       // nothing: no entry was found yet since `since_`
  // Until the first line: what is passed over, because it was told before or is too old.
  std::optional<JournalPlace> after_;
  std::optional<WallTime> since_;
  std::optional<LogGap> gap_;  // before the next line
  std::optional<v1::LogPosition> last_;
  std::optional<SteadyTime> caught_up_;  // when nothing more was there; nothing: there is, perhaps
};

/// Whether this process may read the journal of the host below `root`.
v1::CollectorHealth journal_health(const std::filesystem::path& root, WallTime now);

}  // namespace picket::node
