#include "common/json_text.h"

#include <array>
#include <cstdio>

#include "common/unicode.h"

namespace picket {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

void append_unit(std::string& out, char32_t unit) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(unit) & 0xffffU);
  out += text.data();
}

// In UTF-16, as JSON has it: two units above U+FFFF.
void append_escape(std::string& out, char32_t code_point) {
  if (code_point < 0x10000) return append_unit(out, code_point);
  append_unit(out, 0xd800 + ((code_point - 0x10000) >> 10U));
  append_unit(out, 0xdc00 + (code_point & 0x3ffU));
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    const unicode::Symbol symbol = unicode::first_symbol(text);
    if (!symbol.valid) {
      out += kReplacement;
    } else if (symbol.code_point == '"' || symbol.code_point == '\\') {
      out.push_back('\\');
      out.push_back(text.front());
    } else if (unicode::is_hidden(symbol.code_point)) {
      append_escape(out, symbol.code_point);
    } else {
      out += text.substr(0, symbol.bytes);
    }
    text.remove_prefix(symbol.bytes);
  }
  out.push_back('"');
}

std::string to_json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace picket
