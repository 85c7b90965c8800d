// The secret that a bridge shows its far side: from a file, or a credential of systemd. Never from
// the command line or the environment, which others can read.
#pragma once

#include <string>

#include "common/result.h"
#include "common/secret.h"

namespace picket::bridge {

/// The first line of the file, without blanks around it; `credential` is its name in systemd's
/// $CREDENTIALS_DIRECTORY, which is used if `path` is empty. The error names the file and what was
/// expected, never what it holds.
Result<Secret> read_secret(const std::string& path, const std::string& credential);

}  // namespace picket::bridge
