// The sessions of systemd-logind or elogind, through sd-login. Reads the real /run only: the
// library has no other root.
#pragma once

#include <systemd/sd-login.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/collectors/file_stamp.h"
#include "node/collectors/session_facts.h"
#include "node/collectors/source_state.h"

namespace picket::node {

/// What says that logind sees every login: its seat (made at its start), a living process of it (or
/// no way to know), and a PAM configuration that tells it. Folders under /run/systemd prove
/// nothing: containers have them without a logind.
struct LogindSigns {
  bool systemd = false;  // the host's init
  bool seat = false;
  bool running = false;
  bool pam = false;
};
SourceState judge_logind(const LogindSigns& signs);

/// Whether a service below `root`/etc/pam.d or `root`/usr/lib/pam.d uses pam_systemd or
/// pam_elogind.
bool pam_tells_logind(const std::filesystem::path& root);

/// Whether logind has made its first seat.
bool logind_has_seat(const std::filesystem::path& root);

/// Whether systemd is the init, as sd_booted(3) finds out.
bool systemd_booted(const std::filesystem::path& root);

/// Whether a session of this class is a user's login: not a manager, a greeter, a lock screen, a
/// cron job.
bool is_login_class(std::string_view session_class);

class LogindSessions {
 public:
  /// Opens the monitor if it isn't open; false: there is nothing to watch yet.
  bool open();
  /// Readable when sessions or seats changed; -1 if not open. Stays this object's.
  int fd() const;
  /// Makes fd() wait for the next change.
  void flush();
  /// The users' logins. One that logind is closing counts until its leader has ended.
  std::vector<LogindFact> read(const std::function<bool(pid_t)>& alive);

 private:
  /// A session as its file said; `fact` is empty if it is no login.
  struct Known {
    FileStamp stamp;
    std::optional<LogindFact> fact;
    bool closing = false;
  };
  struct Unref {
    void operator()(sd_login_monitor* monitor) const { sd_login_monitor_unref(monitor); }
  };
  static Known read_session(const std::string& id);
  const Known& know(const std::string& id);

  std::unique_ptr<sd_login_monitor, Unref> monitor_;
  std::map<std::string, Known> known_;  // by id; each read anew only when its file has changed
};

}  // namespace picket::node
