// An entry of the allowlist: what is run under a label, as whom, and within which bounds. Its
// defaults are those of the file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/limits.h"
#include "common/result.h"
#include "node/commands/argument_template.h"
#include "node/commands/parameter.h"

namespace picket::node {

/// What becomes of a command whose agent has gone: kContinue keeps its output's end for the next.
enum class OnDisconnect { kCancel, kContinue };

struct Command {
  std::string label;
  std::size_t line = 0;  // of the file, where it begins
  std::string description;
  std::vector<ArgumentTemplate> argv;  // the first has no parameter: the program's path
  std::vector<Parameter> parameters;   // by name
  std::string user;
  std::string cwd = "/";
  std::map<std::string, std::string> env;  // beside, or instead of, what every command has
  std::optional<Milliseconds> timeout = limits::kCommandTimeout;
  uint64_t output_bytes_max = limits::kCommandOutputBytesMax;
  int64_t concurrency = 1;
  Milliseconds kill_grace = limits::kCommandKillGrace;
  OnDisconnect on_disconnect = OnDisconnect::kCancel;
  bool read_only = false;  // a hint for people, nothing holds it to that

  std::string program() const { return argv.front().expand({}); }
};

/// All parameters with what they are: as given, else by default, each checked. An error names the
/// parameter.
Result<ParameterValues> check_parameters(const Command& command, const ParameterValues& given);

/// The argument vector for values that have been checked; an error: it is too long.
Result<std::vector<std::string>> expand(const Command& command, const ParameterValues& values);

}  // namespace picket::node
