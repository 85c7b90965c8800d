// Which lines belong to one attempt to log in, from each line alone.
#pragma once

#include <string>

#include "node/auth_log/log_line.h"

namespace picket::node {

/// 16 hexadecimal digits, the same for all lines that one process has written since one boot (on
/// one host, where the boot isn't known); empty without a process. Not a secret, not a signature.
void set_attempt(const LogLine& line, std::string* attempt);

}  // namespace picket::node
