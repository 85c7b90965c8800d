// The functions of the request table, by subject: handle_nodes.cpp, handle_subscribe.cpp,
// handle_identities.cpp, handle_status.cpp, handle_audit.cpp.
#pragma once

#include "hub/core/requests.h"

namespace picket::hub {

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
