// What follows from a node's word on its host: another boot, a reboot that has become due.
#pragma once

#include "hub/core/update_sink.h"
#include "picket/v1/model.pb.h"

namespace picket::hub {

/// Adds the change and its events, and makes `facts` the stored ones. What a node says first of all
/// is no news.
void derive_facts(UpdateSink& sink, v1::NodeFacts& stored, const v1::NodeFacts& facts);

}  // namespace picket::hub
