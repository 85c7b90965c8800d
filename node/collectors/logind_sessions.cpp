#include "node/collectors/logind_sessions.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>

#include "node/collectors/logind_state.h"
#include "node/collectors/small_file.h"

namespace picket::node {
namespace {

constexpr std::size_t kPamFileBytesMax = 64 * 1024;

using Getter = int (*)(const char* session, char** value);

std::string get_text(Getter get, const std::string& id) {
  char* value = nullptr;
  if (get(id.c_str(), &value) < 0 || value == nullptr) return "";
  std::string text = value;
  std::free(value);  // NOLINT: allocated by the library
  return text;
}

std::vector<std::string> session_ids() {
  char** list = nullptr;
  std::vector<std::string> ids;
  if (sd_get_sessions(&list) < 0) return ids;
  for (char** id = list; id != nullptr && *id != nullptr; ++id) {
    ids.emplace_back(*id);
    std::free(*id);  // NOLINT
  }
  std::free(list);  // NOLINT
  return ids;
}

bool text_tells_logind(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::string_view rule = line.substr(0, line.find('#'));
    if (rule.find("pam_systemd.so") != std::string_view::npos) return true;
    if (rule.find("pam_elogind.so") != std::string_view::npos) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

bool folder_tells_logind(const std::filesystem::path& folder) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (text_tells_logind(read_small_file(entry.path(), kPamFileBytesMax).bytes)) return true;
  }
  return false;
}

}  // namespace

SourceState judge_logind(const LogindSigns& signs) {
  if (!signs.seat || !signs.running) {
    if (!signs.systemd) return {false, "no logind is running (no systemd here)", ""};
    return {false, "systemd-logind is not running", "systemctl start systemd-logind"};
  }
  if (signs.pam) return {true, "systemd-logind", ""};
  return {false, "logins don't tell systemd-logind (no pam_systemd in /etc/pam.d)",
          "apt-get install libpam-systemd"};
}

bool systemd_booted(const std::filesystem::path& root) {
  std::error_code error;
  return std::filesystem::is_directory(below(root, "/run/systemd/system"), error);
}

bool pam_tells_logind(const std::filesystem::path& root) {
  return folder_tells_logind(below(root, "/etc/pam.d")) ||
         folder_tells_logind(below(root, "/usr/lib/pam.d"));
}

bool logind_has_seat(const std::filesystem::path& root) {
  std::error_code error;
  return std::filesystem::exists(below(root, "/run/systemd/seats/seat0"), error);
}

bool is_login_class(std::string_view session_class) {
  // "user", "user-early", "user-light", "user-incomplete", ...; the others are "manager",
  // "manager-early", "background", "background-light", "greeter", "lock-screen" and "none".
  return session_class.starts_with("user");
}

bool LogindSessions::open() {
  if (monitor_) return true;
  sd_login_monitor* monitor = nullptr;
  if (sd_login_monitor_new(nullptr, &monitor) < 0) return false;
  monitor_.reset(monitor);
  return true;
}

int LogindSessions::fd() const { return monitor_ ? sd_login_monitor_get_fd(monitor_.get()) : -1; }

void LogindSessions::flush() {
  if (monitor_) sd_login_monitor_flush(monitor_.get());
}

LogindSessions::Known LogindSessions::read_session(const std::string& id) {
  // Before the rest: what changes meanwhile is then seen the next time.
  Known known{.stamp = FileStamp::of("/run/systemd/sessions/" + id), .fact = {}, .closing = false};
  const std::string session_class = get_text(sd_session_get_class, id);
  uid_t uid = 0;
  const bool ended = sd_session_get_uid(id.c_str(), &uid) < 0;  // since it was listed
  if (ended || !is_login_class(session_class)) return known;
  LogindState state = logind_state(id);
  known.closing = get_text(sd_session_get_state, id) == "closing";
  known.fact = LogindFact{.id = id,
                          .user = std::move(state.user),
                          .uid = uid,
                          .tty = get_text(sd_session_get_tty, id),
                          .seat = get_text(sd_session_get_seat, id),
                          .remote_host = get_text(sd_session_get_remote_host, id),
                          .service = get_text(sd_session_get_service, id),
                          .session_class = session_class,
                          .leader = state.leader,
                          .since_us = state.since_us};
  return known;
}

const LogindSessions::Known& LogindSessions::know(const std::string& id) {
  Known& known = known_[id];
  const FileStamp stamp = FileStamp::of("/run/systemd/sessions/" + id);
  if (!stamp.exists || stamp != known.stamp) known = read_session(id);
  return known;
}

std::vector<LogindFact> LogindSessions::read(const std::function<bool(pid_t)>& alive) {
  std::vector<LogindFact> facts;
  std::map<std::string, Known> listed;
  for (const std::string& id : session_ids()) {
    const Known& known = know(id);
    const auto& fact = known.fact;
    const bool over = fact && known.closing && (fact->leader <= 0 || !alive(fact->leader));
    if (fact && !over) facts.push_back(*fact);
    listed.insert(known_.extract(id));
  }
  known_ = std::move(listed);
  return facts;
}

}  // namespace picket::node
