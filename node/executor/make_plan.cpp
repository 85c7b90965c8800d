#include "node/executor/make_plan.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace picket::node {
namespace {

// O_PATH can't be read; /proc leads to the same open file.
bool begins_as_script(int program) {
  const std::string path = "/proc/self/fd/" + std::to_string(program);
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char beginning[2] = {};
  return ::read(file.get(), beginning, sizeof beginning) == sizeof beginning &&
         beginning[0] == '#' && beginning[1] == '!';
}

}  // namespace

Result<StartPlan> make_plan(const Command& command, const ParameterValues& values) {
  auto program = open_program(command.program());
  if (!program) return Error{program.error()};
  auto argv = expand(command, values);
  if (!argv) return Error{argv.error()};
  StartPlan plan;
  plan.program_path = command.program();
  plan.program = *std::move(program);
  plan.is_script = begins_as_script(plan.program.descriptor.get());
  plan.argv = *std::move(argv);
  plan.env = command.env;
  plan.user = command.user;
  plan.cwd = command.cwd;
  return plan;
}

}  // namespace picket::node
