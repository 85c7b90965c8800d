#include "integrations/telegram/bot/core/fleet_words.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "client/words/words.h"
#include "common/text.h"
#include "common/unicode.h"
#include "integrations/telegram/bot/core/bot_limits.h"
#include "integrations/telegram/html_text.h"

namespace picket::telegram::bot {
namespace {

constexpr std::size_t kLinesMax = 40;
constexpr std::size_t kRestUnits = 64;  // "and 4,960 more that didn't go well"
constexpr std::size_t kWordsColumnsMax = 160;
constexpr std::size_t kOutputUnitsMin = 100;
constexpr std::size_t kNamesBytesMax = 500;

bool is_bad(const NodeProgress& node) { return node.is_over() && node.state != NodeState::kOk; }

Line line_of(const NodeProgress& node) {
  return {mark_of(node.state), words::outside_text(node.node),
          truncate_to_width(node.words, kWordsColumnsMax)};
}

/// HTML beneath a head, within what one message holds.
class Body {
 public:
  explicit Body(const Line& head) : units_(kTextUnitsMax - kRestUnits - units_of(head)) {}

  bool add(const Line& line) {
    const std::size_t more = units_of(line);
    if (lines_ == kLinesMax || more > units_) return false;
    ++lines_;
    units_ -= more;
    html_ += "\n" + to_html(line);
    return true;
  }
  /// All or nothing.
  bool add_output(const NodeProgress& node) {
    const Line name{"", words::outside_text(node.node), ""};
    if (units_of(name) + kOutputUnitsMin > units_) return false;
    const auto shown = output_html(node.output.text(), units_ - units_of(name));
    if (!shown || !add(name)) return false;
    html_ += "\n" + *shown;
    units_ -= std::min(units_, unicode::utf16_units(*shown));
    return true;
  }
  std::string take() { return std::move(html_); }

 private:
  std::string html_;
  std::size_t units_;
  std::size_t lines_ = 0;
};

/// Nothing: it is too much for a message.
std::optional<std::string> outputs_html(const Progress& progress, Body body) {
  if (progress.size() > kOutputsShown) return std::nullopt;
  for (const auto& node : progress.nodes())
    if (!node.output.empty() && !body.add_output(node)) return std::nullopt;
  return body.take();
}

void add_output(const NodeProgress& node, std::string& text) {
  const std::string output = node.output.text();
  std::string_view rest = output;
  while (!rest.empty()) {
    if (text.size() > kFleetFileBytesMax) {
      text += node.node + ": the rest of its output is left out\n";
      return;
    }
    const std::size_t end = rest.find('\n');
    text += node.node + "| " + escape_for_terminal(rest.substr(0, end)) + "\n";
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
}

}  // namespace

std::string nodes_words(const std::vector<std::string>& names) {
  const std::size_t named = names.size() <= kAllNodesNamed ? names.size() : kNodesNamed;
  std::string words;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = words::outside_text(names[i]);
    if (i == named || (i > 0 && words.size() + name.size() > kNamesBytesMax))
      return words + " and " + std::to_string(names.size() - i) + " more";
    words += (i == 0 ? "" : ", ") + name;
  }
  return words;
}

std::string counts_words(const Counts& counts) {
  std::string words;
  if (counts.running > 0 || counts.waiting > 0)
    words = std::to_string(counts.running) + " running, ";
  words += std::to_string(counts.ok) + " ok, " + std::to_string(counts.failed) + " failed, " +
           std::to_string(counts.lost) + " lost";
  if (counts.waiting > 0) words += ", " + std::to_string(counts.waiting) + " waiting";
  if (counts.not_run > 0) words += ", " + std::to_string(counts.not_run) + " not run";
  return words;
}

RunHtml fleet_html(const Line& head, const Progress& progress, bool with_output) {
  Body body(head);
  std::size_t left_out = 0;
  for (const auto& node : progress.nodes())
    if (is_bad(node) && !body.add(line_of(node))) ++left_out;
  if (left_out > 0)
    return {to_html(head) + body.take() + "\n" +
                to_html({"", "", "and " + std::to_string(left_out) + " more of them"}),
            false};
  if (!with_output || !progress.has_output()) return {to_html(head) + body.take(), true};
  if (const auto all = outputs_html(progress, body)) return {to_html(head) + *all, true};
  return {to_html(head) + body.take(), false};
}

std::string fleet_text(const Line& head, const Progress& progress) {
  std::string text = head.text + "\n";
  for (const auto& node : progress.nodes()) {
    text += node.node + ": " + node.words + "\n";
    add_output(node, text);
  }
  return text;
}

}  // namespace picket::telegram::bot
