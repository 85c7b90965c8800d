#include "integrations/telegram/bot/core/run_words.h"

#include <algorithm>

#include "client/words/command_words.h"
#include "client/words/words.h"
#include "integrations/telegram/output_parts.h"

namespace picket::telegram::bot {
namespace {

constexpr std::size_t kOutputUnitsMax = 3300;  // a head is at most 736 more
constexpr std::size_t kTailBytes = 3000;

std::string ran_words(std::uint64_t ms) {
  if (ms < 1000) return std::to_string(ms) + " ms";
  return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s";
}

/// Escapes can make a text longer than it was.
std::string tail_html(const KeptOutput& output) {
  for (std::size_t bytes = kTailBytes; bytes > 0; bytes /= 2)
    if (const auto html = output_html(output.tail(bytes), kOutputUnitsMax)) return *html;
  return {};
}

}  // namespace

std::string what_words(const v1::Run& run, const std::vector<std::string>& nodes) {
  std::string words = words::outside_text(run.label()) + " on ";
  words += nodes.size() == 1 ? words::outside_text(nodes.front())
                             : std::to_string(nodes.size()) + " nodes";
  for (const auto& argument : run.arguments())
    words += ", " + words::outside_text(argument.name()) + " = \"" +
             words::outside_text(argument.value()) + '"';
  return words;
}

std::string ended_words(const v1::ExecutionEnded& ended) {
  const v1::ExecutionEnd& end = ended.end();
  std::string text = words::end_words(end);
  const bool has_run =
      end.kind() != v1::ExecutionEnd::KIND_REFUSED && end.kind() != v1::ExecutionEnd::KIND_LOST;
  if (has_run) text += " after " + ran_words(end.ran_ms());
  if (ended.missed_bytes() > 0)
    text += "; " + std::to_string(ended.missed_bytes()) + " bytes of output are missing";
  if (end.dropped_bytes() > 0)
    text += "; " + std::to_string(end.dropped_bytes()) +
            " bytes of output were dropped: more than its max_output";
  return text;
}

RunHtml run_html(const Line& head, const KeptOutput& output) {
  const auto whole = output_html(output.text(), kOutputUnitsMax);
  const std::string shown = whole ? *whole : tail_html(output);
  return {to_html(head) + (shown.empty() ? "" : "\n" + shown), whole.has_value()};
}

std::optional<std::string> output_html(const std::string& output, std::size_t units_max) {
  const auto parts = output_parts(output, 1, units_max);
  if (!parts) return std::nullopt;
  return parts->empty() ? std::string() : parts->front();
}

}  // namespace picket::telegram::bot
