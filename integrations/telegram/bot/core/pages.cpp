#include "integrations/telegram/bot/core/pages.h"

#include <algorithm>
#include <utility>

#include "common/unicode.h"
#include "integrations/telegram/bot/core/bot_limits.h"
#include "integrations/telegram/html_text.h"

namespace picket::telegram::bot {
namespace {

constexpr std::size_t kStrongUnitsMax = 128;
constexpr std::size_t kTextUnitsOfLineMax = 600;
constexpr std::size_t kOtherUnitsMax = 8;  // mark, blanks, line break
// Each has at most two entities.
constexpr std::size_t kPageLinesMax = kEntitiesMax / 2;

std::string cut(std::string_view visible, std::size_t units_max) {
  std::string text = keep_visible(visible);
  if (unicode::utf16_units(text) <= units_max) return text;
  return std::string(unicode::cut_utf16(text, units_max - 1)) + "…";
}

void add_part(std::string& text, const std::string& part) {
  if (part.empty()) return;
  if (!text.empty()) text += ' ';
  text += part;
}

}  // namespace

void Lines::add(Line line) {
  if (lines_.size() < kAnswerLinesMax) return lines_.push_back(std::move(line));
  ++left_out_;
}

std::vector<Line> Lines::take() {
  if (left_out_ > 0)
    lines_.push_back({"", "", "and " + std::to_string(left_out_) + " lines more, not shown"});
  left_out_ = 0;
  return std::exchange(lines_, {});
}

std::string to_html(const Line& line) {
  std::string html = line.mark;
  if (!line.strong.empty()) add_part(html, to_strong_html(cut(line.strong, kStrongUnitsMax)));
  if (!line.text.empty()) add_part(html, telegram::to_html(cut(line.text, kTextUnitsOfLineMax), 1));
  return html;
}

std::size_t units_of(const Line& line) {
  return unicode::utf16_units(cut(line.strong, kStrongUnitsMax)) +
         unicode::utf16_units(cut(line.text, kTextUnitsOfLineMax)) + kOtherUnitsMax;
}

std::vector<std::string> pages_of(const std::vector<Line>& lines) {
  std::vector<std::string> pages;
  std::size_t lines_of_page = 0;
  std::size_t units = 0;
  for (const Line& line : lines) {
    const std::size_t more = units_of(line);
    const bool is_full = lines_of_page == kPageLinesMax || units + more > kTextUnitsMax;
    if (pages.empty() || is_full) {
      if (pages.size() == kPagesMax) return {};
      pages.emplace_back();
      lines_of_page = units = 0;
    }
    pages.back() += (lines_of_page == 0 ? "" : "\n") + to_html(line);
    ++lines_of_page;
    units += more;
  }
  return pages;
}

std::string text_of(const std::vector<Line>& lines) {
  std::string text;
  for (const Line& line : lines) {
    std::string one = line.mark;
    add_part(one, line.strong);
    add_part(one, line.text);
    text += one + "\n";
  }
  return text;
}

}  // namespace picket::telegram::bot
