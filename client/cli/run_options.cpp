#include "client/cli/run_options.h"

#include "common/units.h"

namespace picket::cli {
namespace {

Result<uint64_t> duration_of(const std::string& option, const std::string& text) {
  if (text.empty()) return uint64_t{0};
  const auto duration = parse_duration(text);
  if (!duration) return Error{option + ": " + duration.error()};
  if (duration->count() <= 0) return Error{option + ": expected more than nothing"};
  return static_cast<uint64_t>(duration->count());
}

}  // namespace

Result<v1::Run> run_of(const RunOptions& options) {
  v1::Run run;
  run.set_label(options.label);
  run.set_detached(options.detach);
  for (const std::string& word : options.arguments) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error{"\"" + word + "\": expected a parameter as NAME=VALUE"};
    auto& argument = *run.add_arguments();
    argument.set_name(word.substr(0, equals));
    argument.set_value(word.substr(equals + 1));
  }
  const auto timeout = duration_of("--timeout", options.timeout);
  if (!timeout) return Error{timeout.error()};
  const auto wait = duration_of("--wait", options.wait);
  if (!wait) return Error{wait.error()};
  run.set_timeout_ms(*timeout);
  run.set_start_within_ms(*wait);
  return run;
}

}  // namespace picket::cli
