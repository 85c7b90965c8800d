#include "node/commands/command.h"

#include <algorithm>

namespace picket::node {
Result<ParameterValues> check_parameters(const Command& command, const ParameterValues& given) {
  for (const auto& [name, value] : given) {
    if (std::ranges::find(command.parameters, name, &Parameter::name) == command.parameters.end())
      return Error{command.label + " has no such parameter"};
  }
  ParameterValues values;
  for (const Parameter& parameter : command.parameters) {
    const auto found = given.find(parameter.name);
    if (found == given.end() && !parameter.default_value)
      return Error{parameter.name + ": must be given"};
    const std::string& value = found == given.end() ? *parameter.default_value : found->second;
    const Status good = check_value(parameter, value);
    if (!good) return Error{parameter.name + ": " + good.error()};
    values.emplace(parameter.name, value);
  }
  return values;
}

Result<std::vector<std::string>> expand(const Command& command, const ParameterValues& values) {
  std::vector<std::string> argv;
  std::size_t bytes = 0;
  for (const ArgumentTemplate& element : command.argv) {
    argv.push_back(element.expand(values));
    bytes += argv.back().size() + 1;
  }
  if (bytes <= limits::kCommandArgvBytesMax) return argv;
  return Error{"with these parameters the command line is longer than " +
               std::to_string(limits::kCommandArgvBytesMax) + " bytes"};
}

}  // namespace picket::node
