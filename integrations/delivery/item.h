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
  uint64_t attempts = 1;       // that it stands for
  bool is_whole = false;       // its sentence says more than facts do: it is never part of a digest
  uint64_t failed_before = 0;  // logins, that its sentence tells of
  Paragraph paragraph;
};

/// What a bridge has to say by itself: no update says it. `text` is safe to show.
Item own_item(std::string rule, std::string kind, Mark mark, std::string text, WallTime at);

}  // namespace picket::delivery
