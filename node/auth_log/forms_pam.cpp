// What PAM modules say, whatever the program, behind "pam_unix(sshd:auth): ". Which kind of event
// it is depends on the service.
#include <algorithm>

#include "node/auth_log/form.h"
#include "node/auth_log/source_text.h"

namespace picket::node {
namespace {

constexpr FormProgram kIn = FormProgram::kPam;

bool is_su(std::string_view service) {
  return service == "su" || service == "su-l" || service == "runuser" || service == "runuser-l";
}

bool is_sudo(std::string_view service) { return service == "sudo" || service == "sudo-i"; }

// "alice(uid=1001)": newer releases say the uid of whom a session is for as well.
void drop_uid(std::string_view* user) {
  const std::size_t at = user->rfind("(uid=");
  if (at == std::string_view::npos || !user->ends_with(')')) return;
  const std::string_view uid = user->substr(at + 5, user->size() - at - 6);
  if (uid.find_first_not_of("0123456789") == std::string_view::npos) *user = user->substr(0, at);
}

bool become(Claim& claim) {
  claim.writer = Writer::kCaller;
  claim.target_user = claim.user;
  claim.user = claim.caller;
  return true;
}

bool failed(Claim& claim) {
  if (claim.service == "sshd") {
    claim.kind = Kind::kSshFailed;
    claim.caller_uid.reset();
  } else if (is_su(claim.service)) {
    claim.kind = Kind::kSuFailed;
    become(claim);
  } else if (is_sudo(claim.service)) {
    claim.kind = Kind::kSudoFailed;
    claim.writer = Writer::kCaller;
    if (!claim.caller.empty()) claim.user = claim.caller;
  } else {
    claim.writer =
        claim.service == "login" || claim.service == "remote" ? Writer::kRoot : Writer::kAnybody;
  }
  return true;
}

// "RUSER rhost=SOURCE  user=USER", of which each may be empty. What is told of the remote user and
// of the user is a stranger's, so each place where the source may stand is tried.
bool read_tail(Claim& claim) {
  constexpr std::string_view kBefore = " rhost=";
  const std::string_view tail = claim.tail;
  int readings = 0;
  for (std::size_t at = tail.find(kBefore); at != std::string_view::npos && readings < 2;
       at = tail.find(kBefore, at + 1)) {
    std::string_view rest = tail.substr(at + kBefore.size());
    const std::string_view word = rest.substr(0, rest.find(' '));
    const auto source = read_source(word);
    if (!source && !word.empty()) continue;
    rest.remove_prefix(word.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (!rest.empty() && !rest.starts_with("user=")) continue;
    ++readings;
    claim.caller = tail.substr(0, at);
    claim.user = rest.empty() ? rest : rest.substr(5);
    claim.source_address = source ? source->address : std::string_view();
    claim.source_host = source ? source->host : std::string_view();
  }
  claim.ambiguous = readings > 1;
  return readings > 0;
}

bool failed_from(Claim& claim) { return read_tail(claim) && failed(claim); }

bool unknown_user(Claim& claim) {
  failed(claim);
  claim.invalid_user = true;
  return true;
}

bool opened(Claim& claim) {
  drop_uid(&claim.user);
  if (claim.service == "sshd") {
    claim.caller_uid.reset();
  } else if (is_su(claim.service)) {
    claim.kind = Kind::kSuOpened;
    become(claim);
  } else if (is_sudo(claim.service)) {
    become(claim);
  } else if (claim.service == "login" || claim.service == "remote") {
    claim.kind = Kind::kLoginOpened;
  } else {
    claim.writer = Writer::kAnybody;
  }
  return true;
}

bool closed(Claim& claim) {
  if (is_su(claim.service)) {
    claim.kind = Kind::kSuClosed;
    become(claim);
  } else if (is_sudo(claim.service)) {
    become(claim);
  } else if (claim.service != "sshd" && claim.service != "login" && claim.service != "remote") {
    claim.writer = Writer::kAnybody;
  }
  return true;
}

bool changed(Claim& claim) {
  claim.writer = Writer::kAnybody;
  // passwd is set-uid: written by whom the account is, or by root.
  if (claim.service == "passwd" || claim.service == "chpasswd") {
    claim.writer = Writer::kCaller;
    claim.caller = claim.target_user;
  }
  return true;
}

// clang-format off: a table
constexpr Form kForms[] = {
    {kIn, Kind::kLoginFailed, "authentication failure; logname={skip?} uid={uid} euid={skip} tty={tty?} ruser={tail*}", failed_from},
    {kIn, Kind::kLoginFailed, "{skip} more authentication (failures|failure); logname={skip?} uid={uid} euid={skip} tty={tty?} ruser={tail*}", failed_from, "more authentication failures"},
    {kIn, Kind::kLoginFailed, "check pass; user unknown", unknown_user, "user unknown"},
    {kIn, Kind::kLoginFailed, "bad username [{user*}]", unknown_user, "bad user name"},
    {kIn, Kind::kLoginFailed, "auth could not identify password for [{user*}]", failed, "no password given"},
    {kIn, Kind::kLoginFailed, "received for user {user*}: {skip} (({reason~})", failed},
    {kIn, Kind::kLoginFailed, "Consecutive login failures for user {user*} account temporarily locked", failed, "account temporarily locked"},
    {kIn, Kind::kLoginFailed, "user {user*} (({skip}) tally {skip}, deny {skip}", failed, "too many failures"},
    {kIn, Kind::kLoginFailed, "account {user*} has expired (({reason~})", failed},

    {kIn, Kind::kPamOpened, "session opened for user {user*} by {caller*}((uid={uid})", opened},
    {kIn, Kind::kPamOpened, "session opened for user {user*} by {caller*}", opened},
    {kIn, Kind::kPamClosed, "session closed for user {user*}", closed},
    {kIn, Kind::kAccountChanged, "password changed for {target*}", changed, "password changed"},

    {kIn, Kind::kNothing, "authentication success; {skip*}"},
    {kIn, Kind::kNothing, "conversation failed{skip*}"},
    {kIn, Kind::kNothing, "requirement {skip*}"},
    {kIn, Kind::kNothing, "error retrieving {skip*}"},
    {kIn, Kind::kNothing, "unrecognized option {skip*}"},
    {kIn, Kind::kNothing, "deprecated {skip*}"},
    {kIn, Kind::kNothing, "Unable to open env file{skip*}"},
    {kIn, Kind::kNothing, "Failed to create session{skip*}"},
    {kIn, Kind::kNothing, "Cannot create session{skip*}"},
    {kIn, Kind::kNothing, "unexpected response from {skip*}"},
    {kIn, Kind::kNothing, "new password not acceptable{skip*}"},
    {kIn, Kind::kNothing, "Last login{skip*}"},
    {kIn, Kind::kNothing, "unable to {skip*}"},
    {kIn, Kind::kNothing, "Unknown option{skip*}"},
    {kIn, Kind::kNothing, "User unknown{skip*}"},
};
// clang-format on

}  // namespace

std::span<const Form> pam_forms() { return kForms; }

}  // namespace picket::node
