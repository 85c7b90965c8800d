#include "integrations/telegram/bot/core/verbs.h"

#include <algorithm>
#include <array>

#include "integrations/telegram/bot/core/bot_limits.h"

namespace picket::telegram::bot {
namespace {

constexpr std::size_t kAny = kOrderWordsMax;

// sorted
constexpr std::array kVerbs{
    Verb{"cancel", Role::kRun, 1, 1, "ID", "asks a running command to end", cancel_execution},
    Verb{"commands", Role::kObserve, 0, kAny, "[NODE...]", "what may be run", tell_commands},
    Verb{"executions", Role::kObserve, 0, kAny, "[NODE...]", "what runs, and what has run",
         tell_executions},
    Verb{"help", Role::kObserve, 0, kAny, "", "what this bot understands", tell_help},
    Verb{"mute", Role::kRun, 0, 2, "2h|off [NODE|KIND]",
         "no notices in this chat for so long; they are counted", mute_chat},
    Verb{"mutes", Role::kObserve, 0, 0, "", "what this chat is quiet about, and until when",
         tell_mutes},
    Verb{"node", Role::kObserve, 1, 1, "NODE", "all about one node", tell_node},
    Verb{"nodes", Role::kObserve, 0, kAny, "[NODE...]", "the nodes, and how they are", tell_nodes},
    Verb{"run", Role::kRun, 2, kAny, "NODE LABEL [NAME=VALUE...]",
         "runs a command, on one node or several", run_command},
    Verb{"who", Role::kObserve, 0, kAny, "[NODE...]", "who is logged in", tell_who},
};
static_assert(std::ranges::is_sorted(kVerbs, {}, &Verb::name));

}  // namespace

bool may(Role has, Role needs) { return has == Role::kRun || needs == Role::kObserve; }

std::span<const Verb> verbs() { return kVerbs; }

const Verb* find_verb(std::string_view name) {
  const auto* found = std::ranges::find(kVerbs, name, &Verb::name);
  return found == kVerbs.end() ? nullptr : found;
}

std::string usage_of(const Verb& verb) {
  std::string usage = "/" + std::string(verb.name);
  return verb.words.empty() ? usage : usage + " " + std::string(verb.words);
}

void tell_help(Desk& desk, const Ask& ask) {
  const Role role = desk.settings.users.at(ask.user.id);
  Lines lines;
  for (const Verb& verb : kVerbs)
    if (may(role, verb.role)) lines.add({"", usage_of(verb), std::string(verb.about)});
  lines.add({"", "", "NODE: a name, a glob over names, an address, or @all."});
  answer(desk, ask, lines.take());
}

}  // namespace picket::telegram::bot
