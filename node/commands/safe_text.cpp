#include "node/commands/safe_text.h"

#include "common/unicode.h"

namespace picket::node {

Status check_safe_text(std::string_view text) {
  while (!text.empty()) {
    const unicode::Symbol symbol = unicode::first_symbol(text);
    if (!symbol.valid) return Error{"has bytes that are not UTF-8"};
    if (unicode::is_hidden(symbol.code_point))
      return Error{"has a control character, or one that can't be seen"};
    text.remove_prefix(symbol.bytes);
  }
  return {};
}

}  // namespace picket::node
