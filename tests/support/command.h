// Runs a program and waits for it: second opinions in tests (openssl, sha256sum).
#pragma once

#include <string>
#include <vector>

namespace picket::test {

struct CommandResult {
  int status = -1;     // exit status; -1: it ended otherwise
  std::string output;  // standard output and error together
};

CommandResult run(const std::vector<std::string>& arguments);

}  // namespace picket::test
