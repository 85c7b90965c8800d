// What rules look at of an update. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/address.h"
#include "common/clock.h"
#include "common/result.h"
#include "picket/v1/model.pb.h"

namespace picket::delivery {

struct Facts {
  std::string kind;  // of the event; empty: a change of rows, which is never told
  std::string node;
  std::string user;                  // who logs in or acts
  std::string source;                // as the log has it
  std::optional<IpAddress> address;  // `source`, if it is one
  bool verified = true;              // false: the line it comes from could be anybody's
  std::string attempt;               // the same for all events of one attempt to log in
  WallTime received;                 // by the hub's clock: what decides
  WallTime at;                       // by the node's, and not later than that: only to be shown
};

bool is_login(std::string_view kind);
bool is_failed_login(std::string_view kind);
/// Somebody passes for somebody else: it is never muted.
bool is_forgery(std::string_view kind);

Facts facts_of(const v1::Update& update);

/// Of a line as `picket watch --json` prints it: {"update":{"event":{...}}}; without a kind: it is
/// another of its lines. The error says what was expected.
Result<Facts> facts_from_json(std::string_view line);

}  // namespace picket::delivery
