#include "node/commands/path_under.h"

#include "common/trusted_path.h"

namespace picket::node {
namespace {

Status check_path(const std::string& folder, const std::string& path, uid_t user) {
  const auto base = open_trusted(folder, user);
  if (!base) return Error{base.error()};
  Status owned = check_owner(*base, folder, user);
  if (!owned) return owned;
  const auto file = open_trusted(path, user);
  if (!file) return Error{file.error()};
  if (file->path.starts_with(base->path + '/')) return {};
  return Error{"a link leads out of " + folder};
}

}  // namespace

Status check_paths(const Command& command, const ParameterValues& values, uid_t user) {
  for (const Parameter& parameter : command.parameters) {
    const auto* rule = std::get_if<PathUnder>(&parameter.rule);
    if (rule == nullptr) continue;
    const Status good = check_path(rule->folder, values.find(parameter.name)->second, user);
    if (!good) return Error{parameter.name + ": " + good.error()};
  }
  return {};
}

}  // namespace picket::node
