// Which program a line is of, by the identifier that stands before it.
#pragma once

#include <cstdint>
#include <string_view>

namespace picket::node {

enum class Program : uint8_t {
  kOther,
  kSshd,
  kSu,
  kSudo,
  kLogin,
  kLogind,
  kAccounts,  // useradd and its relatives
};

/// `process`: "sshd", "sshd-session", "useradd"; also "su(pam_unix)" of old releases.
Program program_of(std::string_view process);

/// The service of "su(pam_unix)": that process's messages are PAM's, without a head of their own.
/// Empty for every other.
std::string_view old_pam_service(std::string_view process);

/// True if `exe`, a path as the kernel tells it, is a program that may call itself `process`.
bool may_be(std::string_view exe, std::string_view process);

}  // namespace picket::node
