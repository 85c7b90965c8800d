// Takes from this process, and all that it forks from then on, the right to execute a program: what
// faces a network executes none.
#pragma once

#include "common/result.h"

namespace picket {

/// By seccomp(2), for good; also sets no_new_privs. execve and execveat fail with EPERM, whatever
/// the architecture that they are called by. The error is for a person.
Status deny_exec();

}  // namespace picket
