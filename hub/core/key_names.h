// Whose key it was: says so of logins, and of the sessions that they opened.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hub/core/node_record.h"
#include "hub/core/update_sink.h"

namespace picket::hub {

/// Whose keys are known by their fingerprints, "SHA256:...": [people] of hub.toml.
using People = std::map<std::string, std::string, std::less<>>;

/// Of an event of the auth log: the name that `people` has for its key, else what the node says.
/// If it tells of a login that can be believed, the session of that login gets the name: now, as an
/// update, or when it is seen.
void name_key(UpdateSink& sink, NodeRecord& node, const People& people, WallTime at,
              v1::Event& event);

/// Of these sessions, which came or changed and are stored: those whose login was told before get
/// its key's name.
void name_sessions(NodeRecord& node, StoredResource& stored,
                   const std::vector<v1::Session>& sessions);

/// Of sessions that are gone, when their end has been told.
void forget_key_names(StoredResource& stored);

void fill_key_name(const NodeRecord& node, v1::Session& session);

}  // namespace picket::hub
