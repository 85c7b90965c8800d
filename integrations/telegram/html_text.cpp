#include "integrations/telegram/html_text.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "common/unicode.h"

namespace picket::telegram {
namespace {

// What Telegram links begins with one of these, or has one inside. The wide forms are treated
// alike, in case a client does.
constexpr char32_t kLinkCharacters[] = {'.',    ':',    '@',    '/',    '#',    '$',    '+',
                                        0x3002, 0xff61, 0xff0e, 0xff1a, 0xff20, 0xff0f, 0xff03,
                                        0xff04, 0xff0b, 0xfe52, 0xfe55, 0xfe5f, 0xfe69, 0xfe6b};

// From here on a number may be somebody's telephone or card.
constexpr std::size_t kLongNumberDigits = 7;

constexpr std::string_view kSentenceMarks = ".,:;!?)\"'";

std::string escape(std::string_view text) {
  std::string html;
  html.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '"': html += "&quot;"; break;
      default: html += c;
    }
  }
  return html;
}

struct Word {
  std::string_view text;
  bool in_code = false;
};

bool has_link_character(std::string_view word) {
  // At a sentence's end they are what they seem.
  while (!word.empty() && kSentenceMarks.find(word.back()) != std::string_view::npos) {
    word.remove_suffix(1);
  }
  while (!word.empty()) {
    const unicode::Symbol symbol = unicode::first_symbol(word);
    if (std::ranges::find(kLinkCharacters, symbol.code_point) != std::end(kLinkCharacters))
      return true;
    word.remove_prefix(symbol.bytes);
  }
  return false;
}

std::size_t digits_in(std::string_view word) {
  return static_cast<std::size_t>(
      std::ranges::count_if(word, [](char c) { return c >= '0' && c <= '9'; }));
}

bool may_belong_to_number(std::string_view word) {
  return word.find_first_not_of("0123456789-()") == std::string_view::npos;
}

/// "4111 1111 1111 1111" is one, over all its words.
void mark_long_numbers(std::span<Word> words) {
  for (std::size_t begin = 0; begin < words.size();) {
    std::size_t end = begin;
    std::size_t digits = 0;
    while (end < words.size() && may_belong_to_number(words[end].text)) {
      digits += digits_in(words[end++].text);
    }
    const bool is_long = digits >= kLongNumberDigits;
    for (std::size_t i = begin; is_long && i < end; ++i) words[i].in_code = !words[i].text.empty();
    begin = std::max(end, begin + 1);
  }
}

bool has_long_number(std::string_view word) {
  std::size_t digits = 0;
  for (const char c : word) {
    if (c >= '0' && c <= '9') {
      if (++digits >= kLongNumberDigits) return true;
    } else if (c != '-') {
      digits = 0;
    }
  }
  return false;
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (;;) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    words.push_back({word, has_link_character(word) || has_long_number(word)});
    if (space == std::string_view::npos) break;
    text.remove_prefix(space + 1);
  }
  mark_long_numbers(words);
  return words;
}

std::string code(std::string_view text) { return "<code>" + escape(text) + "</code>"; }

/// Words next to each other share an entity, with the blanks between them.
std::string join(std::span<const Word> words, std::size_t& code_runs) {
  std::string html;
  for (std::size_t begin = 0; begin < words.size();) {
    std::size_t end = begin;
    while (end < words.size() && words[end].in_code) ++end;
    if (begin > 0) html += ' ';
    if (end == begin) {
      html += escape(words[begin++].text);
      continue;
    }
    const char* const last = words[end - 1].text.data() + words[end - 1].text.size();
    html += code({words[begin].text.data(), last});
    ++code_runs;
    begin = end;
  }
  return html;
}

}  // namespace

std::string keep_visible(std::string_view visible) {
  std::string kept;
  kept.reserve(visible.size());
  while (!visible.empty()) {
    const unicode::Symbol symbol = unicode::first_symbol(visible);
    switch (symbol.code_point) {
      case 0x030a: kept += "\\u030a"; break;
      case 0x0333: kept += "\\u0333"; break;
      case 0x033f: kept += "\\u033f"; break;
      default: kept += visible.substr(0, symbol.bytes);
    }
    visible.remove_prefix(symbol.bytes);
  }
  return kept;
}

std::string to_html(std::string_view visible, std::size_t code_runs_max) {
  const std::string text = keep_visible(visible);
  std::size_t code_runs = 0;
  std::string html = join(words_of(text), code_runs);
  return code_runs > code_runs_max ? code(text) : html;
}

std::string to_strong_html(std::string_view visible) {
  const std::string text = keep_visible(visible);
  const std::vector<Word> words = words_of(text);
  const bool in_code = std::ranges::any_of(words, [](const Word& word) { return word.in_code; });
  return in_code ? code(text) : "<b>" + escape(text) + "</b>";
}

std::string to_block_html(std::string_view visible_lines) {
  return "<pre>" + escape(keep_visible(visible_lines)) + "</pre>";
}

}  // namespace picket::telegram
