#include "integrations/telegram/message_html.h"

#include <algorithm>

#include "client/lib/time_text.h"
#include "common/limits.h"
#include "common/unicode.h"
#include "integrations/telegram/html_text.h"

namespace picket::telegram {
namespace {

using delivery::Mark;
using delivery::Paragraph;

// For each paragraph; all of them and the footer are below kTextUnitsMax.
constexpr std::size_t kSentenceUnitsMax = 300;
constexpr std::size_t kFooterUnitsMax = 150;
constexpr std::size_t kOtherUnitsMax = 27;  // sign, blanks, time with its date, line break
static_assert(delivery::kParagraphsMax *
                      (kSentenceUnitsMax + limits::kNodeNameBytesMax + kOtherUnitsMax) +
                  kFooterUnitsMax <=
              kTextUnitsMax);
// Each has its node's name and this many more.
constexpr std::size_t kSentenceEntitiesMax = 8;
static_assert((delivery::kParagraphsMax + 1) * (kSentenceEntitiesMax + 1) <= kEntitiesMax);

const char* sign_of(Mark mark) {
  switch (mark) {
    case Mark::kPlain: return "⚪";
    case Mark::kGood: return "🟢";
    case Mark::kWarning: return "🟡";
    case Mark::kAlarm: return "🔴";
  }
  return "";
}

std::string cut(std::string_view visible, std::size_t units_max) {
  std::string text = keep_visible(visible);
  if (unicode::utf16_units(text) <= units_max) return text;
  return std::string(unicode::cut_utf16(text, units_max - 1)) + "…";
}

std::string line_of(const Paragraph& paragraph, WallTime now) {
  std::string line = sign_of(paragraph.mark);
  if (!paragraph.node.empty()) {
    line += ' ' + to_strong_html(cut(paragraph.node, limits::kNodeNameBytesMax));
  }
  line += ' ' + to_html(cut(paragraph.text, kSentenceUnitsMax), kSentenceEntitiesMax);
  if (paragraph.at != WallTime()) line += " · " + client::local_time_of_day(paragraph.at, now);
  return line;
}

}  // namespace

std::string to_html(const delivery::Message& message, WallTime now) {
  std::string html;
  const std::size_t count = std::min(message.paragraphs.size(), delivery::kParagraphsMax);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) html += '\n';
    html += line_of(message.paragraphs[i], now);
  }
  if (message.footer.empty()) return html;
  if (!html.empty()) html += '\n';
  return html + to_html(cut(message.footer, kFooterUnitsMax), kSentenceEntitiesMax);
}

}  // namespace picket::telegram
