#include "node/auth_log/trust.h"

#include <algorithm>
#include <utility>

#include "node/auth_log/program.h"

namespace picket::node {
namespace {

constexpr auto kYes = v1::AuthEvent::VERIFIED_YES;
constexpr auto kUnverified = v1::AuthEvent::VERIFIED_UNVERIFIED;
constexpr auto kForged = v1::AuthEvent::VERIFIED_FORGED;

// These programs write as root only, except for what sshd leaves behind in a session.
bool only_root_writes(Program program) {
  return program == Program::kSshd || program == Program::kLogin || program == Program::kLogind;
}

bool is_set_uid(Program program) { return program == Program::kSu || program == Program::kSudo; }

// Services that are named by their own programs only, or by root's.
bool is_guarded(std::string_view service) {
  for (const std::string_view one : {"sshd", "login", "remote", "su", "su-l", "sudo", "sudo-i"}) {
    if (service == one) return true;
  }
  return false;
}

}  // namespace

Trust::Verified Trust::judge(const Claim& claim, const LogLine& line) {
  if (!line.attested) return v1::AuthEvent::VERIFIED_UNVERIFIED_SOURCE;
  const Verified verified = judge_attested(claim, line);
  const bool opens_su = claim.kind == Kind::kSuOpened && verified != kForged;
  if (opens_su && line.attested->uid && line.attested->pid != 0) {
    remember(line.attested->pid,
             {*line.attested->uid, std::string(claim.target_user.substr(0, 64)), verified});
  }
  return verified;
}

Trust::Verified Trust::judge_attested(const Claim& claim, const LogLine& line) {
  const Attested& writer = *line.attested;
  const Program program = program_of(line.process);
  const bool known_exe = !writer.exe.empty();
  if (known_exe && program != Program::kOther && !may_be(writer.exe, line.process)) {
    // login says who is in, and becomes his shell before anybody has looked which program it is.
    return program == Program::kLogin && writer.uid == 0U ? kUnverified : kForged;
  }
  if (!writer.uid) return kUnverified;
  const bool unnamed = claim.caller.empty() && !claim.caller_uid;
  if (claim.kind == Kind::kSuClosed && unnamed) return close(claim, writer.pid, *writer.uid);
  // A missing program can only lower what is believed: of one that anybody may start, it does.
  const Verified best = is_set_uid(program) && !known_exe ? kUnverified : kYes;
  if (*writer.uid == 0) return best;
  if (claim.writer == Writer::kSession) return judge_session(claim, *writer.uid);
  if (only_root_writes(program) || claim.writer == Writer::kRoot) return kForged;
  if (program == Program::kOther) return is_guarded(claim.service) ? kForged : kUnverified;
  if (claim.writer != Writer::kCaller || claim.ambiguous) return kUnverified;
  const Verified caller = judge_caller(claim, *writer.uid);
  // su names who has logged in on the terminal: within another su that is not who calls it.
  const bool may_be_nested =
      program == Program::kSu && known_exe && !claim.caller_uid && claim.service.empty();
  return caller == kForged && may_be_nested ? kUnverified : std::max(best, caller);
}

// The uid that the line tells counts; a name only where it tells none.
Trust::Verified Trust::judge_caller(const Claim& claim, uint32_t uid) const {
  const auto caller = claim.caller_uid       ? claim.caller_uid
                      : claim.caller.empty() ? std::nullopt
                                             : uid_of_(claim.caller);
  if (!caller) return kUnverified;
  return *caller == uid ? kYes : kForged;
}

Trust::Verified Trust::judge_session(const Claim& claim, uint32_t uid) const {
  const auto owner = claim.user.empty() ? std::nullopt : uid_of_(claim.user);
  if (!owner) return kUnverified;
  return *owner == uid ? kYes : kForged;
}

Trust::Verified Trust::close(const Claim& claim, uint32_t pid, uint32_t uid) {
  const auto found = open_.find(pid);
  if (found == open_.end()) return kUnverified;
  const Open open = std::move(found->second);
  open_.erase(found);
  oldest_.erase(std::find(oldest_.begin(), oldest_.end(), pid));
  const bool same = open.uid == uid && open.target == claim.target_user.substr(0, 64);
  return same ? open.verified : kUnverified;
}

void Trust::remember(uint32_t pid, Open open) {
  if (open_.insert_or_assign(pid, std::move(open)).second) oldest_.push_back(pid);
  if (oldest_.size() <= kOpenMax) return;
  open_.erase(oldest_.front());
  oldest_.pop_front();
}

}  // namespace picket::node
