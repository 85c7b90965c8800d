// Nodes, who is on them and what may be run there, as lines of an answer. Pure.
#pragma once

#include "client/lib/node_details.h"
#include "common/clock.h"
#include "integrations/telegram/bot/core/pages.h"
#include "integrations/telegram/bot/core/settings.h"

namespace picket::telegram::bot {

/// One line: its state, and how many are on it.
void add_summary(const v1::NodeSummary& node, WallTime now, Lines& lines);

/// Who is on it: one line, or one each.
void add_sessions(const client::NodeDetails& details, WallTime now, Lines& lines);

/// All about it.
void add_details(const client::NodeDetails& details, WallTime now, Lines& lines);

/// What the bot may run there, and how many more labels it may not.
void add_commands(const client::NodeDetails& details, const Settings& settings, Lines& lines);

}  // namespace picket::telegram::bot
