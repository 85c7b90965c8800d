// An update as a paragraph: its sentence, how much it matters, and its parts. Pure.
#pragma once

#include "integrations/delivery/facts.h"
#include "integrations/delivery/message.h"
#include "picket/v1/model.pb.h"

namespace picket::delivery {

Paragraph paragraph_of(const v1::Update& update, const Facts& facts);

}  // namespace picket::delivery
