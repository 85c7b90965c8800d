// From a command and its parameters to all that its process is made of, as things are on this host
// now.
#pragma once

#include "node/commands/command.h"
#include "node/executor/start_plan.h"

namespace picket::node {

/// `values` have passed check_parameters() and check_paths().
Result<StartPlan> make_plan(const Command& command, const ParameterValues& values);

}  // namespace picket::node
