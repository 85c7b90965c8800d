// THE TABLE: every request a client can make, with the permission it needs and the function that
// answers.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "hub/core/access.h"
#include "hub/core/client_link.h"

namespace picket::hub {

struct RequestContext {
  Hub& hub;
  const Caller& caller;
  const v1::ClientToHub& request;
  const Response& response;
  std::string action;  // of the table's row
};

struct Request {
  std::string_view name;
  v1::ClientToHub::RequestCase message;
  Permission permission;
  std::string_view action;  // its name in the audit log; empty: it changes nothing
  void (*handle)(const RequestContext& context);
};

/// Sorted by name.
std::span<const Request> requests();

/// Checks the permission, then answers, now or later. A refused request that would change something
/// is recorded in the audit log, as far as its uid's budget goes.
void handle_request(Hub& hub, const Caller& caller, const v1::ClientToHub& request,
                    const Response& response);

}  // namespace picket::hub
