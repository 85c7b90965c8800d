// An answer's lines as messages, or as a file if it takes too many. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace picket::telegram::bot {

/// Texts are as escape_for_terminal() leaves them, on one line.
struct Line {
  std::string mark;    // a sign; empty: none
  std::string strong;  // what it is about; empty: nothing
  std::string text;
};

/// Lines up to kAnswerLinesMax; those that come after are counted.
class Lines {
 public:
  void add(Line line);
  bool empty() const { return lines_.empty(); }
  /// All, with how many are left out in the last.
  std::vector<Line> take();

 private:
  std::vector<Line> lines_;
  std::size_t left_out_ = 0;
};

/// HTML of one, cut if it is too long for a line.
std::string to_html(const Line& line);

/// UTF-16 code units that it takes at most, with its end.
std::size_t units_of(const Line& line);

/// HTML of each message, within Telegram's limits; none: it takes more than kPagesMax.
std::vector<std::string> pages_of(const std::vector<Line>& lines);

/// The same as plain text.
std::string text_of(const std::vector<Line>& lines);

}  // namespace picket::telegram::bot
