// An update as a sentence, without its time and node. Safe for a terminal.
#pragma once

#include <string>

#include "picket/v1/model.pb.h"

namespace picket::words {

std::string update_words(const v1::Update& update);

}  // namespace picket::words
