#include "node/collectors/proc_stat.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace picket::node {
namespace {

std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n";
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

template <typename Number>
bool read_number(std::string_view word, Number& number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

// The words of the line that starts with `label`; none if there is no such line.
std::vector<std::string_view> words_after(std::string_view text, std::string_view label) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.starts_with(label)) return words_of(line.substr(label.size()));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

}  // namespace

std::optional<ProcStat> parse_stat(std::string_view text) {
  // The command stands in parentheses and may contain any byte, parentheses too: count from the
  // last one.
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return {};
  const auto before = words_of(text.substr(0, open));
  const auto words = words_of(text.substr(close + 1));
  if (before.size() != 1 || words.size() < 20 || words[0].size() != 1) return {};
  ProcStat stat;
  int32_t tty_device = 0;  // printed signed
  stat.command = text.substr(open + 1, close - open - 1);
  stat.state = words[0][0];
  const bool read = read_number(before[0], stat.pid) && read_number(words[1], stat.parent) &&
                    read_number(words[3], stat.session) && read_number(words[4], tty_device) &&
                    read_number(words[19], stat.start_ticks);
  stat.tty_device = static_cast<uint32_t>(tty_device);
  return read ? std::optional(stat) : std::nullopt;
}

std::optional<ProcStatus> parse_status(std::string_view text) {
  ProcStatus status;
  const auto uids = words_after(text, "Uid:");
  if (uids.empty() || !read_number(uids[0], status.uid)) return {};
  status.in_container = words_after(text, "NSpid:").size() > 1;
  return status;
}

std::optional<int64_t> parse_boot_time(std::string_view text) {
  int64_t seconds = 0;
  const auto words = words_after(text, "btime ");
  if (words.size() != 1 || !read_number(words[0], seconds)) return {};
  return seconds;
}

}  // namespace picket::node
