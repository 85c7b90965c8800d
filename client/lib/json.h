// Messages as JSON, for programs: one object each, on one line. The names are those of the .proto
// files, which document them, with these rules:
//  - `X_unix_ns` becomes `X`: RFC 3339 in UTC with nanoseconds. `X_ms` stays a number of
//  milliseconds.
//  - What is absent or unknown is left out: empty text, times and ids that are 0, messages not set.
//  Counts,
//    flags and lists are always there.
//  - An enum is its value's name in lower case without the enum's prefix: "not_seen".
//  - bytes are base64.
//  - The health of a collector has a `state` beside its fields:
//  {"state":"failed","reason":...,"remedy":...}.
//  - A node of `show` has its rows under their resource's name: "sessions":[...].
//  - All characters beyond ASCII are escaped (\u00fc), so that a line is safe on any terminal.
#pragma once

#include <string>

#include "client/lib/node_details.h"
#include "common/audit_verify.h"
#include "picket/v1/client_link.pb.h"

namespace picket::client {

std::string to_json(const v1::NodeSummary& node);
std::string to_json(const NodeDetails& details);
std::string to_json(const v1::Status& status);
std::string to_json(const v1::Token& token);
/// An audit log whose chain is whole.
std::string to_json(const AuditSummary& summary);

/// A request that the hub has done and has no more to say of, under its name:
/// {"revoke_node":{"node":"web1"}}. Empty for requests that are answered by messages.
std::string to_json(const v1::ClientToHub& done);

/// A frame of a subscription under the name of its case, so that a stream's lines can be told
/// apart:
/// {"update":{...}}, {"missed":{...}}. Empty for frames of other kinds.
std::string to_json(const v1::HubToClient& frame);

}  // namespace picket::client
