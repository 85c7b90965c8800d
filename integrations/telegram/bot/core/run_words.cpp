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

std::string mark_of(const v1::ExecutionEnd& end) {
  if (end.kind() == v1::ExecutionEnd::KIND_TIMED_OUT) return "⌛";
  return end.kind() == v1::ExecutionEnd::KIND_EXITED && end.code() == 0 ? "✅" : "❌";
}

/// Nothing: it doesn't fit.
std::optional<std::string> in_one(const std::string& output) {
  const auto parts = output_parts(output, 1, kOutputUnitsMax);
  if (!parts) return std::nullopt;
  return parts->empty() ? std::string() : parts->front();
}

/// Escapes can make a text longer than it was.
std::string tail_html(const KeptOutput& output) {
  for (std::size_t bytes = kTailBytes; bytes > 0; bytes /= 2)
    if (const auto html = in_one(output.tail(bytes))) return *html;
  return {};
}

}  // namespace

std::string what_words(const v1::Run& run) {
  std::string words = words::outside_text(run.label()) + " on " + words::outside_text(run.node());
  for (const auto& argument : run.arguments())
    words += ", " + words::outside_text(argument.name()) + " = \"" +
             words::outside_text(argument.value()) + '"';
  return words;
}

Line end_line(const v1::Run& run, const v1::ExecutionEnded& ended) {
  const v1::ExecutionEnd& end = ended.end();
  std::string text = what_words(run) + ": " + words::end_words(end);
  const bool has_run =
      end.kind() != v1::ExecutionEnd::KIND_REFUSED && end.kind() != v1::ExecutionEnd::KIND_LOST;
  if (has_run) text += " after " + ran_words(end.ran_ms());
  if (ended.missed_bytes() > 0)
    text += "; " + std::to_string(ended.missed_bytes()) + " bytes of output are missing";
  if (end.dropped_bytes() > 0)
    text += "; " + std::to_string(end.dropped_bytes()) +
            " bytes of output were dropped: more than its max_output";
  return {mark_of(end), "", text};
}

RunHtml run_html(const Line& head, const KeptOutput& output) {
  const auto whole = in_one(output.text());
  const std::string shown = whole ? *whole : tail_html(output);
  return {to_html(head) + (shown.empty() ? "" : "\n" + shown), whole.has_value()};
}

}  // namespace picket::telegram::bot
