// One node with the rows of its resources, as `show` gets them: put together from the replies to
// ShowNodes.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "picket/v1/client_link.pb.h"

namespace picket::client {

struct NodeDetails {
  v1::NodeSummary node;
  v1::SessionRows sessions = {};
  v1::WireguardRows wireguard = {};
  std::optional<v1::AuthLog> auth_log = {};
  std::optional<v1::Commands> commands = {};
};

/// Takes the replies in their order: a node, then its rows in as many messages as needed.
class NodeDetailsReader {
 public:
  /// The node before this one, which is then complete.
  std::optional<NodeDetails> on_node(const v1::NodeSummary& node) {
    return std::exchange(current_, NodeDetails{node});
  }

  void on_rows(const v1::NodeRows& rows) {
    if (!current_ || rows.node() != current_->node.name()) return;
    switch (rows.rows_case()) {
      case v1::NodeRows::kSessions: current_->sessions.MergeFrom(rows.sessions()); break;
      case v1::NodeRows::kWireguard: current_->wireguard.MergeFrom(rows.wireguard()); break;
      case v1::NodeRows::kAuthLog: current_->auth_log = rows.auth_log(); break;
      case v1::NodeRows::kCommands: current_->commands = rows.commands(); break;
      case v1::NodeRows::ROWS_NOT_SET: break;  // of a resource that this program doesn't know
    }
  }

  /// The last node, at the end of the replies.
  std::optional<NodeDetails> on_end() { return std::exchange(current_, std::nullopt); }

 private:
  std::optional<NodeDetails> current_;
};

}  // namespace picket::client
