// Rows and columns as text that fits a screen: columns are as wide as they need, and where that is
// too wide, the widest are cut first. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "client/cli/screen.h"

namespace picket::cli {

/// Text must have been escaped for a terminal.
struct Cell {
  // NOLINTBEGIN(google-explicit-constructor): rows of cells are written as rows of texts
  Cell(std::string cell_text, Colour cell_colour = Colour::kNone)
      : text(std::move(cell_text)), colour(cell_colour) {}
  Cell(const char* cell_text) : text(cell_text) {}
  // NOLINTEND(google-explicit-constructor)

  std::string text;
  Colour colour = Colour::kNone;
};

class Table {
 public:
  explicit Table(std::vector<std::string> titles, std::size_t indent = 0)
      : titles_(std::move(titles)), indent_(indent) {}

  /// As many cells as titles.
  void add(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }

  /// Titles and rows, a line each.
  std::string print(const Screen& screen) const;

 private:
  std::vector<std::size_t> widths(const Screen& screen) const;

  std::vector<std::string> titles_;
  std::vector<std::vector<Cell>> rows_;
  std::size_t indent_;
};

}  // namespace picket::cli
