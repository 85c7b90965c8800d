// Logins at a console: login's own messages, util-linux's and shadow's, and systemd-logind's. What
// PAM says within login is among PAM's.
#include "node/auth_log/form.h"

namespace picket::node {
namespace {

constexpr FormProgram kIn = FormProgram::kLogin;
constexpr Kind kOpened = Kind::kLoginOpened;
constexpr Kind kFailed = Kind::kLoginFailed;

bool root(Claim& claim) {
  claim.user = "root";
  return true;
}

bool unknown_user(Claim& claim) {
  claim.invalid_user = claim.user == "UNKNOWN";
  if (claim.invalid_user) claim.user = {};
  return true;
}

// util-linux puts the terminal where there is no host; "tty1" could be the name of one.
bool from_somewhere(Claim& claim) {
  const std::string_view host = claim.source_host;
  const bool console =
      host == "console" || (host.starts_with("tty") && host.find('.') == std::string_view::npos);
  if (console) {
    claim.tty = host;
    claim.source_host = {};
  }
  return unknown_user(claim);
}

// clang-format off: a table
constexpr Form kForms[] = {
    // shadow
    {kIn, kFailed, "FAILED LOGIN (({skip}) on '{tty}' from '{source}' FOR '{user*}', {reason~}", unknown_user},
    {kIn, kFailed, "FAILED LOGIN (({skip}) on '{tty}' FOR '{user*}', {reason~}", unknown_user},
    {kIn, kFailed, "TOO MANY LOGIN TRIES (({skip}) on '{tty}' from '{source}' FOR '{user*}'", unknown_user, "too many login tries"},
    {kIn, kFailed, "TOO MANY LOGIN TRIES (({skip}) on '{tty}' FOR '{user*}'", unknown_user, "too many login tries"},
    {kIn, kOpened, "ROOT LOGIN  on '{tty}'( from '{source}'|)", root},
    // util-linux
    {kIn, kFailed, "FAILED LOGIN {skip} FROM {source} FOR {user*}, {reason~}", from_somewhere},
    {kIn, kFailed, "FAILED LOGIN {skip} FROM {tty} FOR {user*}, {reason~}", unknown_user},
    {kIn, kFailed, "FAILED LOGIN {skip} ON {tty} FOR {user*}, {reason~}", unknown_user},
    {kIn, kFailed, "FAILED LOGIN SESSION FROM {source} FOR {user*}, {reason~}", from_somewhere},
    {kIn, kFailed, "FAILED LOGIN SESSION FROM {tty} FOR {user*}, {reason~}", unknown_user},
    {kIn, kFailed, "FAILED LOGIN SESSION ON {tty} FOR {user*}, {reason~}", unknown_user},
    {kIn, kFailed, "FAILED LOGIN SESSION FOR {user*}, {reason~}", unknown_user},
    {kIn, kFailed, "TOO MANY LOGIN TRIES (({skip}) FROM {source} FOR {user*}, {reason~}", from_somewhere},
    {kIn, kFailed, "TOO MANY LOGIN TRIES (({skip}) FROM {tty} FOR {user*}, {reason~}", unknown_user},
    {kIn, kFailed, "TOO MANY LOGIN TRIES (({skip}) ON {tty} FOR {user*}, {reason~}", unknown_user},
    {kIn, kOpened, "ROOT LOGIN ON {tty}( FROM {source}|)", root},
    {kIn, kOpened, "LOGIN ON {tty} BY {user*} FROM {source}"},
    {kIn, kOpened, "LOGIN ON {tty} BY {user*}"},
    {kIn, Kind::kNothing, "DIALUP AT {skip*}"},
    {kIn, Kind::kNothing, "LOGIN {skip*}"},

    {FormProgram::kLogind, kOpened, "New session {skip} of user {user*}."},
    {FormProgram::kLogind, kOpened, "New session '{skip}' of user '{user*}' with class '{skip}' and type '{skip}'."},
    {FormProgram::kLogind, Kind::kNothing, "Session {skip*}"},
    {FormProgram::kLogind, Kind::kNothing, "Removed session {skip*}"},
    {FormProgram::kLogind, Kind::kNothing, "New seat {skip*}"},
    {FormProgram::kLogind, Kind::kNothing, "Watching system buttons {skip*}"},
    {FormProgram::kLogind, Kind::kNothing, "System is {skip*}"},
    {FormProgram::kLogind, Kind::kNothing, "Existing logind session ID {skip*}"},
};
// clang-format on

}  // namespace

std::span<const Form> login_forms() { return kForms; }

}  // namespace picket::node
