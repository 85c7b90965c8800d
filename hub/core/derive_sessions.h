// What follows from a new value of a node's sessions.
#pragma once

#include "hub/core/node_record.h"
#include "hub/core/update_sink.h"
#include "picket/v1/node_link.pb.h"

namespace picket::hub {

/// By key, without what only a refresh brings. Of two rows with one key the later counts.
RowsByKey<v1::Session> by_key(const v1::SessionRows& rows);

/// Fills in what the hub itself knows: whose tunnel, whose key. Before rows are cut into frames.
void fill_session(const NodeRecord& node, v1::Session& session);

/// Adds the change and its events, with what the hub itself knows of the rows, and makes `value`
/// the stored one. `stored` is one of the node's.
void derive_sessions(UpdateSink& sink, NodeRecord& node, StoredResource& stored,
                     const v1::ResourceValue& value);

}  // namespace picket::hub
