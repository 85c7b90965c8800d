// Who may do what by the bot, and what may be run at all: a second allowlist, before the node's
// own.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace picket::telegram::bot {

/// The latter includes the former.
enum class Role {
  kObserve,  // sees what the hub knows
  kRun,      // runs commands, ends them, keeps notices quiet
};

struct Settings {
  std::map<std::int64_t, Role> users;  // by their ids at Telegram; all others are strangers
  std::vector<std::string> commands;   // globs over labels; none: nothing may be run

  bool may_run(std::string_view label) const;
};

}  // namespace picket::telegram::bot
