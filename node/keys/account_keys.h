// The keys of this host's accounts, as they are now: sshd's configuration, the password database
// and the files of keys. Reads what belongs to users, so it trusts nothing of it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "node/keys/authorized_keys_files.h"

namespace picket::node {

inline constexpr const char* kSshdConfig = "/etc/ssh/sshd_config";

/// The account of that name; nothing: there is none. May take its time (LDAP).
using AccountOf = std::function<std::optional<Account>(const std::string& user)>;

/// By getpwnam_r(3).
std::optional<Account> account_of(const std::string& user);

/// What the account calls the key with this fingerprint, valid UTF-8 of at most
/// limits::kKeyNameBytesMax; empty: it doesn't. `root` stands in for the host's.
std::string name_of_account_key(const std::filesystem::path& root, const AccountOf& account_of,
                                const std::string& user, const std::string& fingerprint);

}  // namespace picket::node
