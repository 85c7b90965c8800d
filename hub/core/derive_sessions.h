// What follows from a new value of a node's sessions.
#pragma once

#include "hub/core/stored_resource.h"
#include "hub/core/update_sink.h"
#include "picket/v1/node_link.pb.h"

namespace picket::hub {

/// By key, without what only a refresh brings. Of two rows with one key the later counts.
RowsByKey<v1::Session> by_key(const v1::SessionRows& rows);

/// Adds the change and its events, and makes `value` the stored one.
void derive_sessions(UpdateSink& sink, StoredResource& stored, const v1::ResourceValue& value);

}  // namespace picket::hub
