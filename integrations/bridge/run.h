// What all bridges' programs do: follow the hub and tell, try one message, print instead of
// telling, explain. Each returns the exit status.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "integrations/bridge/channel.h"
#include "integrations/bridge/common_config.h"
#include "integrations/bridge/companion.h"

namespace picket::bridge {

struct Program {
  std::string name;  // "picket-telegram"
  CommonConfig common;
  MakeChannels make_channels;
  MakeCompanion make_companion = {};
  /// Of those channels that don't have the common rules: their names, and which they have.
  std::vector<std::pair<std::string, delivery::RuleBook>> own_rules = {};
  TryCompanion try_companion = {};  // after the channels were made; null: there is nothing to try
  /// What channels and companion stand on goes too: they have gone, and the loop is still there.
  std::function<void()> release = [] {};
};

/// Until SIGTERM or Ctrl-C.
int run(const Program& program);

/// Sends one message to each channel, tries the companion, and says what happened.
int test(const Program& program);

/// Prints what would be sent from now on. Nothing is saved.
int dry_run(const Program& program);

/// Which rule decides about the events of a file, lines as `picket watch --json` prints them, the
/// others of which are passed over; "-": standard input.
int explain(const Program& program, const std::string& path);

}  // namespace picket::bridge
