// Records of the audit log.
#include "client/cli/print.h"
#include "client/lib/time_text.h"
#include "client/words/words.h"
#include "common/text.h"

namespace picket::cli {
namespace {

constexpr std::size_t kActorWidth = 12;
constexpr std::size_t kActionWidth = 14;

std::string padded(std::string text, std::size_t width) {
  const std::size_t taken = display_width(text);
  if (taken < width) text.append(width - taken, ' ');
  return text;
}

std::string outcome_words(const AuditEntry& entry, const Screen& screen) {
  const std::string outcome = words::outside_text(entry.outcome);
  return entry.allowed ? outcome : coloured("REFUSED: " + outcome, Colour::kRed, screen);
}

}  // namespace

std::string to_line(const AuditEntry& entry, const Screen& screen) {
  std::string line = client::local_time(entry.time) + "  " +
                     padded(words::outside_text(entry.actor), kActorWidth) + "  " +
                     padded(words::outside_text(entry.action), kActionWidth) + "  ";
  if (!entry.object.empty()) line += words::outside_text(entry.object) + ": ";
  line += outcome_words(entry, screen);
  const char* between = "  ";
  for (const auto& [name, value] : entry.details) {
    line += between + words::outside_text(name) + "=" + escape_for_log(value);
    between = " ";
  }
  return line + "\n";
}

std::string no_record_line(std::string_view line, const Screen& screen) {
  return coloured("NOT A RECORD: " + escape_for_terminal(line), Colour::kRed, screen) + "\n";
}

}  // namespace picket::cli
