#include "integrations/telegram/bot/core/kept_output.h"

#include <algorithm>

namespace picket::telegram::bot {

void KeptOutput::add(std::string_view bytes) {
  const std::size_t first = std::min(bytes.size(), half_ - begin_.size());
  begin_ += bytes.substr(0, first);
  end_ += bytes.substr(first);
  if (end_.size() <= 2 * half_) return;
  const std::size_t over = end_.size() - half_;
  left_out_ += over;
  end_.erase(0, over);
}

std::string_view KeptOutput::end() const {
  const std::string_view all = end_;
  return all.substr(all.size() - std::min(all.size(), half_));
}

std::string KeptOutput::text() const {
  const std::string_view last = end();
  const std::uint64_t left_out = left_out_ + (end_.size() - last.size());
  std::string text = begin_;
  if (left_out > 0) text += "\n[" + std::to_string(left_out) + " bytes are left out here]\n";
  return text.append(last);
}

std::string KeptOutput::tail(std::size_t bytes_max) const {
  const std::size_t of_begin =
      std::min(begin_.size(), bytes_max - std::min(bytes_max, end_.size()));
  std::string text = begin_.substr(begin_.size() - of_begin);
  text += std::string_view(end_).substr(end_.size() - std::min(end_.size(), bytes_max));
  if (text.size() == begin_.size() + end_.size()) return text;
  const std::size_t line = text.find('\n');
  return line + 1 < text.size() ? text.substr(line + 1) : text;
}

}  // namespace picket::telegram::bot
