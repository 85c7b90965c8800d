// Outside text made valid UTF-8 at its source: a proto3 string with invalid bytes can be written
// but not read. Escaping for a medium is not done here; every sink does its own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace picket {

/// `bytes` with each maximal invalid part replaced by U+FFFD; unchanged if it was valid.
std::string to_valid_utf8(std::string_view bytes);

/// The longest beginning of valid UTF-8 of at most `bytes_max` bytes that ends between characters.
std::string_view cut_utf8(std::string_view valid, std::size_t bytes_max);

/// Puts outside text into a message's `string` and, only if it had to be repaired, the exact bytes
/// into the `<field>_raw` beside it (null: the field has none). Both at most limits::kTextBytesMax.
void set_outside_text(std::string_view bytes, std::string* text, std::string* raw);

}  // namespace picket
