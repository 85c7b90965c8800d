// What events of the auth log are about: the kinds that the agent tells, the hub takes from it and
// clients have words for. Kinds of other events are not here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace picket {

enum class AuthKind : uint8_t {
  kNothing,  // a line that is understood and of no interest; no event has it
  kAccountChanged,
  kForgeryAttempt,
  kLoginFailed,
  kLoginOpened,
  kPamClosed,
  kPamOpened,
  kSshAccepted,
  kSshClosed,
  kSshDisconnected,
  kSshFailed,
  kSshInvalidUser,
  kSshProbe,
  kSshRefused,
  kSuClosed,
  kSuFailed,
  kSuOpened,
  kSudoCommand,
  kSudoFailed,
};

struct NamedAuthKind {
  std::string_view name;  // as Event.kind has it
  AuthKind kind;
};

// sorted
inline constexpr std::array<NamedAuthKind, 18> kAuthKinds = {{
    {"account.changed", AuthKind::kAccountChanged},
    {"auth.forgery_attempt", AuthKind::kForgeryAttempt},
    {"login.failed", AuthKind::kLoginFailed},
    {"login.opened", AuthKind::kLoginOpened},
    {"pam.closed", AuthKind::kPamClosed},
    {"pam.opened", AuthKind::kPamOpened},
    {"ssh.accepted", AuthKind::kSshAccepted},
    {"ssh.closed", AuthKind::kSshClosed},
    {"ssh.disconnected", AuthKind::kSshDisconnected},
    {"ssh.failed", AuthKind::kSshFailed},
    {"ssh.invalid_user", AuthKind::kSshInvalidUser},
    {"ssh.probe", AuthKind::kSshProbe},
    {"ssh.refused", AuthKind::kSshRefused},
    {"su.closed", AuthKind::kSuClosed},
    {"su.failed", AuthKind::kSuFailed},
    {"su.opened", AuthKind::kSuOpened},
    {"sudo.command", AuthKind::kSudoCommand},
    {"sudo.failed", AuthKind::kSudoFailed},
}};

/// Empty for kNothing.
constexpr std::string_view name_of(AuthKind kind) {
  for (const auto& row : kAuthKinds) {
    if (row.kind == kind) return row.name;
  }
  return "";
}

constexpr std::optional<AuthKind> auth_kind_of(std::string_view name) {
  for (const auto& row : kAuthKinds) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

}  // namespace picket
