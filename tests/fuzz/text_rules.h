// What holds of every text that reaches a sink.
#pragma once

#include <string>
#include <string_view>

#include "common/unicode.h"
#include "tests/fuzz/expect.h"

namespace picket::fuzz {

inline void expect_utf8(std::string_view text) {
  expect(unicode::is_valid(text), "a text is valid UTF-8");
}

/// One line, with nothing in it that a terminal acts on or hides.
inline void expect_safe_for_terminal(std::string_view text) {
  while (!text.empty()) {
    const auto symbol = unicode::first_symbol(text);
    expect(symbol.valid, "what a terminal gets is UTF-8");
    expect(!unicode::is_hidden(symbol.code_point),
           "what a terminal gets has no control characters");
    text.remove_prefix(symbol.bytes);
  }
}

/// ASCII only, on one line.
inline void expect_plain(std::string_view text) {
  for (const char c : text) expect(c >= ' ' && c < '\x7f', "JSON is one line of ASCII");
}

}  // namespace picket::fuzz
