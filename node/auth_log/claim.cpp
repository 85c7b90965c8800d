#include "node/auth_log/claim.h"

namespace picket::node {

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kNothing: return "";
    case Kind::kSshAccepted: return "ssh.accepted";
    case Kind::kSshFailed: return "ssh.failed";
    case Kind::kSshInvalidUser: return "ssh.invalid_user";
    case Kind::kSshRefused: return "ssh.refused";
    case Kind::kSshDisconnected: return "ssh.disconnected";
    case Kind::kSshClosed: return "ssh.closed";
    case Kind::kSshProbe: return "ssh.probe";
    case Kind::kPamOpened: return "pam.opened";
    case Kind::kPamClosed: return "pam.closed";
    case Kind::kSuOpened: return "su.opened";
    case Kind::kSuFailed: return "su.failed";
    case Kind::kSuClosed: return "su.closed";
    case Kind::kSudoCommand: return "sudo.command";
    case Kind::kSudoFailed: return "sudo.failed";
    case Kind::kLoginOpened: return "login.opened";
    case Kind::kLoginFailed: return "login.failed";
    case Kind::kAccountChanged: return "account.changed";
  }
  return "";
}

}  // namespace picket::node
