#include "integrations/telegram/bot/core/order.h"

#include <algorithm>

#include "common/command_label.h"
#include "integrations/telegram/bot/core/bot_limits.h"

namespace picket::telegram::bot {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kNameCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view take_name(std::string_view& text) {
  const std::string_view name = text.substr(0, text.find_first_not_of(kNameCharacters));
  text.remove_prefix(name.size());
  return name;
}

/// The text after an opening quote up to its closing one, which is taken too; false: there is none.
bool take_quoted(char quote, std::string_view& text, std::string& word) {
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == quote) return true;
    if (c == '\\' && quote == '"' && !text.empty()) {
      word += text.front();
      text.remove_prefix(1);
    } else {
      word += c;
    }
  }
  return false;
}

}  // namespace

std::optional<Order> read_order(std::string_view text) {
  if (!text.starts_with('/')) return std::nullopt;
  text.remove_prefix(1);
  Order order;
  order.verb = take_name(text);
  if (order.verb.empty()) return std::nullopt;
  std::ranges::transform(order.verb, order.verb.begin(), lower);
  if (text.starts_with('@')) {
    text.remove_prefix(1);
    order.bot = take_name(text);
    if (order.bot.empty()) return std::nullopt;
  }
  if (!text.empty() && kBlanks.find(text.front()) == std::string_view::npos) return std::nullopt;
  order.rest = text;
  return order;
}

Result<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (kBlanks.find(c) != std::string_view::npos) {
      in_word = false;
      continue;
    }
    if (!in_word && words.size() == kOrderWordsMax)
      return Error{"expected at most " + std::to_string(kOrderWordsMax) + " words"};
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c != '\'' && c != '"') {
      words.back() += c;
    } else if (!take_quoted(c, text, words.back())) {
      return Error{std::string("a quote (") + c + ") isn't closed"};
    }
  }
  return words;
}

std::string order_for_log(std::string_view verb, const std::vector<std::string>& words) {
  const bool has_parameters = verb == "run";
  std::string text(verb);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t equals = has_parameters ? words[i].find('=') : std::string::npos;
    const bool is_bare = !has_parameters || i == 0 || is_command_label(words[i]);
    text += ' ';
    if (equals != std::string::npos) {
      text += words[i].substr(0, equals + 1) + "…";
    } else {
      text += is_bare && (!has_parameters || i < 2) ? words[i] : "…";
    }
  }
  return text;
}

bool is_same_name(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

}  // namespace picket::telegram::bot
