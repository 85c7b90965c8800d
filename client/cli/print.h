// What the terminal client shows, as text. Pure: the screen and the time are handed in.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/screen.h"
#include "client/lib/node_details.h"
#include "common/audit_entry.h"
#include "common/clock.h"
#include "picket/v1/client_link.pb.h"

namespace picket::cli {

/// One line for `watch`, with its end: local time, node, what happened.
std::string to_line(const v1::Update& update, WallTime now, const Screen& screen);

/// A line for `watch` about updates that are no longer kept.
std::string to_line(const v1::Missed& missed);

/// A table of nodes, and below it why some can't be seen.
std::string print_nodes(std::span<const v1::NodeSummary> nodes, WallTime now, const Screen& screen);

/// One node with everything about it.
std::string print_node(const client::NodeDetails& details, WallTime now, const Screen& screen);

std::string print_status(const v1::Status& status, const Screen& screen);

/// New tokens, each with the line to paste on its node.
std::string print_new_tokens(std::span<const v1::Token> tokens, WallTime now);

/// The same, with the line that also installs the package and starts the agent.
std::string print_installs(std::span<const v1::Token> tokens, WallTime now);

/// A line for `audit`, with its end.
std::string to_line(const AuditEntry& entry, const Screen& screen);
/// The same of a line of the audit log that holds no record.
std::string no_record_line(std::string_view line, const Screen& screen);

std::string print_tokens(std::span<const v1::Token> tokens, WallTime now, const Screen& screen);

}  // namespace picket::cli
