#include "hub/core/requests.h"

#include <algorithm>
#include <array>

#include "hub/core/audit.h"
#include "hub/core/handlers.h"
#include "hub/core/hub.h"

namespace picket::hub {
namespace {

using In = v1::ClientToHub;

// sorted
constexpr std::array kRequests = {
    Request{"attach_execution", In::kAttachExecution, Permission::kObserve, "",
            handle_attach_execution},
    Request{"cancel_execution", In::kCancelExecution, Permission::kObserve, "",
            handle_cancel_execution},
    Request{"create_tokens", In::kCreateTokens, Permission::kAdminister, "token.create",
            handle_create_tokens},
    Request{"forget_node", In::kForgetNode, Permission::kAdminister, "node.forget",
            handle_forget_node},
    Request{"get_status", In::kGetStatus, Permission::kObserve, "", handle_get_status},
    Request{"list_audit", In::kListAudit, Permission::kAdminister, "", handle_list_audit},
    Request{"list_executions", In::kListExecutions, Permission::kObserve, "",
            handle_list_executions},
    Request{"list_nodes", In::kListNodes, Permission::kObserve, "", handle_list_nodes},
    Request{"list_tokens", In::kListTokens, Permission::kAdminister, "", handle_list_tokens},
    Request{"revoke_node", In::kRevokeNode, Permission::kAdminister, "node.revoke",
            handle_revoke_node},
    Request{"revoke_token", In::kRevokeToken, Permission::kAdminister, "token.revoke",
            handle_revoke_token},
    Request{"run", In::kRun, Permission::kObserve, "", handle_run},
    Request{"show_nodes", In::kShowNodes, Permission::kObserve, "", handle_show_nodes},
    Request{"subscribe", In::kSubscribe, Permission::kObserve, "", handle_subscribe},
};

std::string_view name_of(Permission permission) {
  return permission == Permission::kAdminister ? "administer" : "observe";
}

void refuse(const RequestContext& context, const Request& request) {
  const std::string needed(name_of(request.permission));
  if (!request.action.empty() && context.hub.refusals().take(context.caller)) {
    // Nothing is done either way, so the answer doesn't depend on whether the record could be
    // written.
    (void)context.hub.audit().record_soon({.actor = to_string(context.caller),
                                           .action = context.action,
                                           .object = {},
                                           .allowed = false,
                                           .outcome = "needs " + needed,
                                           .details = {}});
  }
  context.response.error(v1::Error::CODE_NOT_PERMITTED, to_string(context.caller) + " may not " +
                                                            std::string(request.name) + ": needs " +
                                                            needed + " (see [access] in hub.toml)");
}

}  // namespace

std::span<const Request> requests() { return kRequests; }

void handle_request(Hub& hub, const Caller& caller, const v1::ClientToHub& request,
                    const Response& response) {
  const auto found = std::find_if(kRequests.begin(), kRequests.end(), [&](const Request& row) {
    return row.message == request.request_case();
  });
  if (found == kRequests.end()) {
    return response.error(v1::Error::CODE_UNSUPPORTED,
                          "this hub does not know the request; is it older?");
  }
  const RequestContext context{hub, caller, request, response, std::string(found->action)};
  if (hub.access().of(caller) < found->permission) return refuse(context, *found);
  found->handle(context);
}

}  // namespace picket::hub
