// Mutes of the channels that are one place to whoever reads them: topics of one chat.
#pragma once

#include <vector>

#include "integrations/bridge/bridge.h"

namespace picket::bridge {

/// All obey; `saved` is called once, when each has answered, with the first error. An error of the
/// status is a sentence for a person: none of them obeys.
Status mute(const std::vector<Bridge*>& bridges, const delivery::MuteOrder& order,
            delivery::Delivery::Saved saved);

/// What is the same in several is there once, with all that they counted.
Result<std::vector<delivery::MuteShown>> mutes_of(const std::vector<Bridge*>& bridges);

}  // namespace picket::bridge
