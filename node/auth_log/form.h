// A row of the table of message forms: how one kind of message looks, and what it means.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "node/auth_log/claim.h"

namespace picket::node {

/// Whose messages a form is among: a program's own, or a PAM module's in whatever program.
enum class FormProgram : uint8_t { kSshd, kSu, kSudo, kLogin, kLogind, kAccounts, kPam };
inline constexpr std::size_t kFormPrograms = 7;

struct Form {
  FormProgram program;
  Kind kind;
  /// See pattern.h. A first "~": sshd may put "error: " or "fatal: " before it.
  std::string_view pattern;
  /// What the pattern itself can't say of the claim, or that it isn't one; null: nothing.
  bool (*finish)(Claim& claim) = nullptr;
  /// For the claim's reason, where the message names it by its form alone.
  std::string_view reason = {};
};

/// The table, in parts; of forms of one program, the first that matches counts.
std::span<const Form> sshd_authentication_forms();
std::span<const Form> sshd_refusal_forms();
std::span<const Form> sshd_connection_forms();
std::span<const Form> sshd_quiet_forms();
std::span<const Form> su_forms();
std::span<const Form> sudo_forms();
std::span<const Form> login_forms();
std::span<const Form> accounts_forms();
std::span<const Form> pam_forms();

}  // namespace picket::node
