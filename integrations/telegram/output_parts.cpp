#include "integrations/telegram/output_parts.h"

#include "common/text.h"
#include "common/unicode.h"

namespace picket::telegram {
namespace {

constexpr std::size_t kTabColumns = 8;
constexpr std::size_t kMarksMax = 16;  // more over one character are divided like everything else

/// Telegram shows a tab as one blank.
std::string expand_tabs(std::string_view line) {
  std::string expanded;
  for (;;) {
    const std::size_t tab = line.find('\t');
    expanded += escape_for_terminal(line.substr(0, tab));
    if (tab == std::string_view::npos) return expanded;
    expanded.append(kTabColumns - display_width(expanded) % kTabColumns, ' ');
    line.remove_prefix(tab + 1);
  }
}

std::string visible_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::string visible = keep_visible(expand_tabs(line));
  visible.erase(visible.find_last_not_of(' ') + 1);
  return visible;
}

std::string visible_lines(std::string_view output) {
  std::string visible;
  for (;;) {
    const std::size_t end = output.find('\n');
    visible += visible_line(output.substr(0, end));
    if (end == std::string_view::npos) return visible;
    visible += '\n';
    output.remove_prefix(end + 1);
  }
}

std::string_view without_blank_lines(std::string_view lines) {
  while (lines.starts_with('\n')) lines.remove_prefix(1);
  while (lines.ends_with('\n') || lines.ends_with(' ')) lines.remove_suffix(1);
  return lines;
}

/// `cut` ends before a character, if it can be before one that no mark is drawn over.
std::string_view without_cut_marks(std::string_view lines, std::string_view cut) {
  std::string_view shorter = cut;
  for (std::size_t i = 0; i < kMarksMax; ++i) {
    const std::string_view rest = lines.substr(shorter.size());
    if (rest.empty() || !unicode::is_combining(unicode::first_symbol(rest).code_point)) {
      return shorter;
    }
    do {
      if (shorter.size() <= 1) return cut;
      shorter.remove_suffix(1);
    } while ((static_cast<unsigned char>(lines[shorter.size()]) & 0xc0U) == 0x80U);
  }
  return cut;
}

std::string_view first_part(std::string_view lines, std::size_t units_max) {
  const std::string_view most = unicode::cut_utf16(lines, units_max);
  if (most.size() == lines.size() || lines[most.size()] == '\n') return most;
  const std::size_t end = most.rfind('\n');
  if (end != std::string_view::npos) return most.substr(0, end);
  return without_cut_marks(lines, most);
}

}  // namespace

std::optional<std::vector<std::string>> output_parts(std::string_view output, std::size_t parts_max,
                                                     std::size_t first_units_max) {
  // At most three bytes of UTF-8 are a unit: this much isn't worth being looked at.
  if (output.size() / 3 > (parts_max + 1) * kTextUnitsMax) return std::nullopt;
  const std::string visible = visible_lines(output);
  std::string_view rest = without_blank_lines(visible);
  std::vector<std::string> parts;
  std::size_t units_max = first_units_max;
  while (!rest.empty()) {
    const std::string_view part = first_part(rest, units_max);
    rest.remove_prefix(part.size());
    while (rest.starts_with('\n')) rest.remove_prefix(1);
    units_max = kTextUnitsMax;
    const std::string_view shown = without_blank_lines(part);
    if (shown.empty()) continue;
    if (parts.size() == parts_max) return std::nullopt;
    parts.push_back(to_block_html(shown));
  }
  return parts;
}

}  // namespace picket::telegram
