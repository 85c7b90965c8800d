// The functions of the request table, by subject: handle_nodes.cpp, handle_subscribe.cpp,
// handle_identities.cpp, handle_status.cpp, handle_audit.cpp,
// handle_executions.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hub/core/requests.h"

namespace picket::hub {

/// Names of the selected nodes, sorted, or nothing after the error was answered.
std::optional<std::vector<std::string>> selected_nodes(
    const RequestContext& context,
    const google::protobuf::RepeatedPtrField<std::string>& selectors);

// Whoever may do these, [access] says for each label and node.
void handle_attach_execution(const RequestContext& context);
void handle_cancel_execution(const RequestContext& context);
void handle_list_executions(const RequestContext& context);
void handle_run(const RequestContext& context);

void handle_create_tokens(const RequestContext& context);
void handle_forget_node(const RequestContext& context);
void handle_get_status(const RequestContext& context);
void handle_list_audit(const RequestContext& context);
void handle_list_nodes(const RequestContext& context);
void handle_list_tokens(const RequestContext& context);
void handle_revoke_node(const RequestContext& context);
void handle_revoke_token(const RequestContext& context);
void handle_show_nodes(const RequestContext& context);
void handle_subscribe(const RequestContext& context);

}  // namespace picket::hub
