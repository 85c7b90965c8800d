// Text as a JSON string (RFC 8259), safe in a terminal too.
#pragma once

#include <string>
#include <string_view>

namespace picket {

/// Appends `text` in quotes. Invalid UTF-8 becomes U+FFFD. Besides what JSON demands, everything
/// that a terminal may act on or hide is written as \u escapes: C0, DEL, C1, zero-width and
/// bidirectional controls. A JSON parser gives the same text back.
void append_json_string(std::string& out, std::string_view text);

std::string to_json_string(std::string_view text);

}  // namespace picket
