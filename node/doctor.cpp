#include "node/doctor.h"

#include <unistd.h>

#include <csignal>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/system_clock.h"
#include "node/auth_log/journal_log.h"
#include "node/auth_log/log_file.h"
#include "node/collectors/key_namer.h"
#include "node/collectors/session_sources.h"
#include "node/collectors/side_link.h"
#include "node/collectors/small_file.h"
#include "node/collectors/utmp_sessions.h"
#include "node/collectors/wireguard.h"
#include "node/core/resources.h"
#include "node/keys/account_keys.h"
#include "node/wireguard/host.h"
#include "node/wireguard/watch.h"

namespace picket::node {
namespace {

bool there(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

Finding finding(const char* source, const SourceState& state, bool found) {
  Finding finding{"sessions", source, Finding::State::kGood, state.detail, state.remedy};
  if (!state.usable) finding.state = found ? Finding::State::kUnreadable : Finding::State::kAbsent;
  return finding;
}

Finding auth_log_finding(const char* source, const v1::CollectorHealth& health) {
  Finding finding{std::string(kAuthLogResource), source, Finding::State::kGood, {}, {}};
  if (health.has_ok()) {
    for (const std::string& one : health.ok().sources()) finding.detail += one + " can be read";
    return finding;
  }
  finding.detail = health.failed().reason();
  finding.remedy = health.failed().remedy();
  finding.state = finding.remedy.empty() ? Finding::State::kAbsent : Finding::State::kUnreadable;
  return finding;
}

// What takes a process with a power of its own, which root's agent brings and other users' finds at
// its socket.
Finding side_finding(Finding finding, const std::string& path, const char* remedy) {
  if (geteuid() == 0) {
    finding.detail = "picket-node started as root brings a process that sees it";
  } else if (const auto socket = connect_side(path)) {
    finding.detail = "the process that sees it answers";
  } else {
    finding.state = Finding::State::kUnreadable;
    finding.detail = path + ": " + socket.error();
    finding.remedy = remedy;
  }
  return finding;
}

Finding key_names_finding(const std::filesystem::path& root) {
  Finding finding{"key_names", "reader", Finding::State::kGood, {}, {}};
  if (there(below(root, kSshdConfig)))
    return side_finding(std::move(finding), KeyNamesSettings().socket, kKeyNamerRemedy);
  finding.detail = "no sshd on this host";
  return finding;
}

// Everybody may know whether there is WireGuard.
Finding wireguard_finding(const std::filesystem::path& root) {
  Finding finding{std::string(kWireguardResource), "watcher", Finding::State::kGood, {}, {}};
  const auto any = has_wireguard(root);
  if (!any || *any)
    return side_finding(std::move(finding), WireguardSettings().watcher_socket, kWireguardRemedy);
  finding.detail = "no interface on this host";
  return finding;
}

}  // namespace

std::vector<Finding> examine(const std::filesystem::path& root) {
  SessionSources sources(root, [](pid_t pid) { return kill(pid, 0) == 0 || errno != ESRCH; });
  sources.look(SessionSources::Depth::kProbe, SystemClock().steady());
  const SourceStates& states = sources.states();
  const SystemClock clock;
  return {auth_log_finding("journald", journal_health(root, clock.wall())),
          auth_log_finding("file", LogFile(root, log_file_of(root), clock).health()),
          finding(kLogindSource, states.logind, systemd_booted(root) || logind_has_seat(root)),
          finding(kUtmpSource, states.utmp, there(below(root, kUtmpPath))),
          finding(kProcSource, states.proc, there(below(root, "/proc"))),
          key_names_finding(root),
          wireguard_finding(root)};
}

bool can_see(const std::vector<Finding>& findings, const std::string& resource) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.resource == resource && finding.state == Finding::State::kGood;
  });
}

}  // namespace picket::node
