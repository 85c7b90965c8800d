// All that the bot can be told, with who may and how it is written: the one table.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "integrations/telegram/bot/core/desk.h"

namespace picket::telegram::bot {

struct Verb {
  std::string_view name;
  Role role;
  std::size_t words_min;
  std::size_t words_max;
  std::string_view words;  // "NODE LABEL [NAME=VALUE...]"
  std::string_view about;  // in the menu and in /help
  void (*run)(Desk& desk, const Ask& ask);
};

bool may(Role has, Role needs);

/// Sorted by name.
std::span<const Verb> verbs();
/// Null: there is none.
const Verb* find_verb(std::string_view name);

/// "/node NODE"
std::string usage_of(const Verb& verb);

// Each in a file of its own or with those like it.
void cancel_execution(Desk& desk, const Ask& ask);
void mute_chat(Desk& desk, const Ask& ask);
void run_command(Desk& desk, const Ask& ask);
void tell_commands(Desk& desk, const Ask& ask);
void tell_executions(Desk& desk, const Ask& ask);
void tell_help(Desk& desk, const Ask& ask);
void tell_mutes(Desk& desk, const Ask& ask);
void tell_node(Desk& desk, const Ask& ask);
void tell_nodes(Desk& desk, const Ask& ask);
void tell_who(Desk& desk, const Ask& ask);

}  // namespace picket::telegram::bot
