#include "integrations/delivery/item.h"

#include <utility>

#include "common/text.h"

namespace picket::delivery {

Item own_item(std::string rule, std::string kind, Mark mark, std::string text, WallTime at) {
  Item item;
  item.rule = std::move(rule);
  item.is_whole = true;
  item.facts.kind = std::move(kind);
  item.facts.at = item.facts.received = at;
  item.paragraph = {.mark = mark,
                    .node = {},
                    .text = truncate_to_width(text, kParagraphCharactersMax),
                    .at = at,
                    .fields = {}};
  return item;
}

}  // namespace picket::delivery
