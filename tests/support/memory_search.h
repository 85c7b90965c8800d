// Whether bytes are anywhere in the memory that a process may write to.
#pragma once

#include <sys/types.h>

#include <string_view>

namespace picket::test {

/// Fails the test, by an exception, if the memory can't be read.
bool memory_holds(pid_t pid, std::string_view bytes);

}  // namespace picket::test
