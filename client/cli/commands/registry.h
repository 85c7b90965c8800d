// Every verb of the terminal client.
#pragma once

#include <span>

#include "client/cli/command.h"

namespace picket::cli {

/// Sorted by verb.
std::span<const Command> commands();

// One in each file of this folder.
Run set_up_attach(CLI::App& app);
Run set_up_audit(CLI::App& app);
Run set_up_cancel(CLI::App& app);
Run set_up_commands(CLI::App& app);
Run set_up_executions(CLI::App& app);
Run set_up_node(CLI::App& app);
Run set_up_nodes(CLI::App& app);
Run set_up_run(CLI::App& app);
Run set_up_show(CLI::App& app);
Run set_up_status(CLI::App& app);
Run set_up_token(CLI::App& app);
Run set_up_watch(CLI::App& app);

}  // namespace picket::cli
