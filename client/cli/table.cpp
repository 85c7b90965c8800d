#include "client/cli/table.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "common/text.h"

namespace picket::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kColumnWidthMin = 3;  // of a column that is cut

std::string line_of(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                    std::size_t indent, const Screen& screen) {
  std::string line;
  std::size_t column = 0;  // where the next cell begins; blanks are only written before text
  std::size_t written = 0;
  column += indent;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string text = truncate_to_width(cells[i].text, widths[i]);
    if (!text.empty()) {
      line.append(column - written, ' ');
      line += coloured(text, cells[i].colour, screen);
      written = column + display_width(text);
    }
    column += widths[i] + kGap;
  }
  return line + '\n';
}

}  // namespace

std::vector<std::size_t> Table::widths(const Screen& screen) const {
  std::vector<std::size_t> widths;
  for (const std::string& title : titles_) widths.push_back(display_width(title));
  for (const auto& row : rows_) {
    assert(row.size() == titles_.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i].text));
    }
  }
  if (screen.width == 0) return widths;
  const std::size_t gaps = indent_ + kGap * (widths.size() - 1);
  std::size_t total = std::accumulate(widths.begin(), widths.end(), gaps);
  while (total > screen.width) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= kColumnWidthMin) break;
    --*widest;
    --total;
  }
  return widths;
}

std::string Table::print(const Screen& screen) const {
  const auto column_widths = widths(screen);
  std::vector<Cell> titles;
  for (const std::string& title : titles_) titles.emplace_back(title, Colour::kBold);
  std::string text = line_of(titles, column_widths, indent_, screen);
  for (const auto& row : rows_) text += line_of(row, column_widths, indent_, screen);
  return text;
}

}  // namespace picket::cli
