#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "node/commands/path_under.h"
#include "node/executor/start_plan.h"

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

Result<CommandUser> look_up(const std::string& name) {
  errno = 0;
  const passwd* user = ::getpwnam(name.c_str());
  if (user != nullptr) return CommandUser{name, user->pw_dir, user->pw_uid, user->pw_gid};
  const std::string why = errno == 0 ? "" : ": " + std::generic_category().message(errno);
  return Error{"there is no user " + name + why};
}

}  // namespace

std::optional<StartPlan> make_plan(const StartOrder& order, NoPlan& why) {
  const auto refuse = [&](const Error& error, NotStarted kind = NotStarted::kOther) {
    why = {kind, error.message};
    return std::nullopt;
  };
  auto user = look_up(order.command.user);
  if (!user) return refuse({user.error()});
  const Status paths = check_paths(order.command, order.values, user->uid);
  if (!paths) return refuse({paths.error()}, NotStarted::kBadParameter);
  auto program = open_program(order.command.program());
  if (!program) return refuse({program.error()});
  auto argv = expand(order.command, order.values);
  if (!argv) return refuse({argv.error()});
  const bool is_script = begins_as_script(program->descriptor.get());
  return StartPlan{*std::move(user), *std::move(program), is_script, *std::move(argv)};
}

}  // namespace picket::node
