// What real logins need, on a throw-away host: a user, an sshd, a system bus with the real
// systemd-logind. Only inside tests/support/throwaway_host: it adds users and writes to /etc and
// /run.
#pragma once

#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace picket::test {

/// The comment of alice's key.
inline constexpr const char* kAliceKeyName = "alice's laptop";

class LoginHost {
 public:
  /// With a user alice, whose key lets her in.
  LoginHost();

  /// An empty /run/utmp, as systemd-tmpfiles makes it.
  void make_utmp();
  /// The real logind; of systemd itself only what logind asks for when a session begins or ends.
  void start_logind();
  enum class Log { kFile, kSyslog };
  /// The real sshd on port 22; returns when it takes connections.
  void start_sshd(Log log = Log::kFile);
  /// alice's shell on a terminal, through ssh; `address` may be IPv6. Type into it; "exit\n" ends
  /// it.
  Child log_in(const std::string& address) const;
  /// alice's `sleep`, through ssh without a terminal.
  Child run_without_terminal(const std::string& address) const;

  /// The words of an ssh of alice's, up to its options and the address.
  std::vector<std::string> ssh(const std::string& address) const;

 private:
  std::string file(const std::string& name) const { return folder_.path() + "/" + name; }

  TemporaryFolder folder_;
  std::vector<Child> daemons_;
};

}  // namespace picket::test
