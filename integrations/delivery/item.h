// One thing that is worth telling, with what a digest of many needs of it.
#pragma once

#include <cstdint>
#include <string>

#include "integrations/delivery/facts.h"
#include "integrations/delivery/message.h"

namespace picket::delivery {

struct Item {
  std::string rule;
  Facts facts;
  uint64_t attempts = 1;  // that it stands for
  Paragraph paragraph;
};

}  // namespace picket::delivery
