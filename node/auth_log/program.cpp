#include "node/auth_log/program.h"

#include <algorithm>
#include <utility>

#include "node/auth_log/literal.h"

namespace picket::node {
namespace {

constexpr char kOldPam[] = "(pam_unix)";

// sorted
constexpr std::pair<std::string_view, Program> kPrograms[] = {
    {"chage", Program::kAccounts},
    {"chfn", Program::kAccounts},
    {"chpasswd", Program::kAccounts},
    {"chsh", Program::kAccounts},
    {"gpasswd", Program::kAccounts},
    {"groupadd", Program::kAccounts},
    {"groupdel", Program::kAccounts},
    {"groupmod", Program::kAccounts},
    {"login", Program::kLogin},
    {"newusers", Program::kAccounts},
    {"passwd", Program::kAccounts},
    {"sshd", Program::kSshd},
    {"sshd-auth", Program::kSshd},
    {"sshd-session", Program::kSshd},
    {"su", Program::kSu},
    {"su-l", Program::kSu},
    {"sudo", Program::kSudo},
    {"systemd-logind", Program::kLogind},
    {"useradd", Program::kAccounts},
    {"userdel", Program::kAccounts},
    {"usermod", Program::kAccounts},
};

// Where no user can put a program of his own.
constexpr std::string_view kFolders[] = {"/usr/", "/bin/", "/sbin/", "/lib", "/nix/store/"};

Program find(std::string_view process) {
  const auto* row =
      std::lower_bound(std::begin(kPrograms), std::end(kPrograms), process,
                       [](const auto& one, std::string_view name) { return one.first < name; });
  return row != std::end(kPrograms) && row->first == process ? row->second : Program::kOther;
}

}  // namespace

Program program_of(std::string_view process) {
  // Nearly every line of a busy log.
  if (is(process, "sshd") || is(process, "sshd-session")) return Program::kSshd;
  const std::string_view service = old_pam_service(process);
  return find(service.empty() ? process : service);
}

std::string_view old_pam_service(std::string_view process) {
  if (!ends_with(process, kOldPam)) return {};
  return process.substr(0, process.size() - (sizeof kOldPam - 1));
}

bool may_be(std::string_view exe, std::string_view process) {
  constexpr std::string_view kReplaced = " (deleted)";  // by an upgrade, while it ran
  if (exe.ends_with(kReplaced)) exe.remove_suffix(kReplaced.size());
  const bool installed =
      std::any_of(std::begin(kFolders), std::end(kFolders),
                  [&](std::string_view folder) { return exe.starts_with(folder); });
  if (!installed) return false;
  std::string_view name = exe.substr(exe.rfind('/') + 1);
  if (name == "sudo-rs") name = "sudo";
  if (name == process) return true;
  const Program program = program_of(process);
  return program != Program::kAccounts && program_of(name) == program;
}

}  // namespace picket::node
