#include "node/core/held_line.h"

#include <cstddef>

namespace picket::node {

HeldLine::HeldLine(const SourcedLine& borrowed) : line_(borrowed) {
  std::size_t next = 0;
  const auto own = [&](std::string_view& text) {
    texts_[next] = text;
    text = texts_[next++];
  };
  own(line_.instance);
  if (!line_.line) return;
  own(line_.line->message);
  own(line_.line->process);
  own(line_.line->host);
  if (!line_.line->attested) return;
  own(line_.line->attested->exe);
  own(line_.line->attested->boot_id);
}

}  // namespace picket::node
