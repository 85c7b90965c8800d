// The auth log as JSON and as words: the same names wherever it is printed.
#pragma once

#include <string>

#include "common/json_fields.h"
#include "picket/v1/model.pb.h"

namespace picket::json {

/// Whose tunnel an address lies in, as "behind"; nothing if it is in none.
void put_behind(Json& object, const v1::BehindAddress& behind);

/// Adds the event's fields, except for its kind and time, which belong to whatever contains it.
void put_auth(Json& object, const v1::AuthEvent& event);
void put_gap(Json& object, const v1::GapEvent& event);
void put_quarantined(Json& object, const v1::QuarantinedEvent& event);
void put_auth_log(Json& object, const v1::AuthLog& log);

/// The same fields for people, on one line that is safe for a terminal: `user=alice pid=7`.
std::string auth_words(const v1::AuthEvent& event);

}  // namespace picket::json
