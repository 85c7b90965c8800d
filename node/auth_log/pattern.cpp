#include "node/auth_log/pattern.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <optional>
#include <span>
#include <utility>

#include "node/auth_log/key_text.h"
#include "node/auth_log/literal.h"
#include "node/auth_log/source_text.h"

namespace picket::node {
namespace {

using Shape = Token::Shape;
using Tokens = std::span<const Token>;

constexpr std::pair<std::string_view, Field> kFields[] = {
    {"user", Field::kUser},       {"target", Field::kTargetUser}, {"source", Field::kSource},
    {"bare", Field::kMethod},     {"host", Field::kHost},         {"port", Field::kPort},
    {"method", Field::kMethod},   {"key", Field::kKey},           {"tty", Field::kTty},
    {"command", Field::kCommand}, {"reason", Field::kReason},     {"caller", Field::kCaller},
    {"uid", Field::kCallerUid},   {"tail", Field::kTail},         {"skip", Field::kSkip},
};

// As many places between two free texts are tried. sshd cuts names at a hundred bytes.
constexpr int kPlacesMax = 64;

// No field but free text is longer, so a hostile line of any length is searched in linear time.
constexpr std::size_t kFieldBytesMax = 512;

Field field_named(std::string_view name) {
  const auto* row = std::find_if(std::begin(kFields), std::end(kFields),
                                 [&](const auto& field) { return field.first == name; });
  assert(row != std::end(kFields));
  return row->second;
}

Token field_token(std::string_view text) {
  Token token;
  const char mark = text.back();
  const bool marked = mark == '*' || mark == '~' || mark == '?';
  token.field = field_named(marked ? text.substr(0, text.size() - 1) : text);
  token.may_be_empty = mark == '?' || mark == '*';
  if (mark == '*') {
    token.shape = Shape::kText;
  } else if (mark == '~') {
    token.shape = Shape::kPhrase;
  } else if (token.field == Field::kSource) {
    token.shape = Shape::kSource;
  } else if (token.field == Field::kPort || token.field == Field::kCallerUid) {
    token.shape = Shape::kNumber;
  } else if (text == "bare") {
    token.shape = Shape::kBareMethod;
  } else {
    token.shape = Shape::kWord;
  }
  return token;
}

// A port or a uid, and no larger than those can be.
bool is_number(Field field, std::string_view text) {
  constexpr std::size_t kDigitsMax = 10;
  uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const uint32_t max = field == Field::kPort ? UINT16_MAX : UINT32_MAX;
  return error == std::errc() && stop == end && text.size() <= kDigitsMax && number <= max;
}

bool is_bare_method(std::string_view text) {
  return text == "password" || text == "none" || text.starts_with("keyboard-interactive") ||
         text.starts_with("challenge-response");
}

bool suits(const Token& token, std::string_view text) {
  if (token.field == Field::kKey) return read_key(text).has_value();
  if (token.shape == Shape::kText) return true;
  if (text.empty()) return token.may_be_empty;
  if (token.shape == Shape::kNumber) return is_number(token.field, text);
  if (token.shape == Shape::kSource) return read_source(text).has_value();
  if (token.shape == Shape::kBareMethod) return is_bare_method(text);
  return token.shape == Shape::kPhrase || text.find(' ') == std::string_view::npos;
}

// A word ends where the next literal could begin; what may hold such a byte itself, where it does.
std::size_t field_end(const Token& token, std::string_view text, std::string_view next) {
  const bool simple = token.shape != Shape::kPhrase && token.shape != Shape::kSource;
  return simple ? text.find(next[0]) : text.find(next);
}

std::size_t last_field_end(std::string_view text, bool free_text_follows) {
  return free_text_follows ? std::min(text.find(' '), text.size()) : text.size();
}

// From the start of `rest`, which loses what was matched. The last field of `tokens` reaches to the
// end, or to the next blank if free text `follows`.
bool match_forward(Tokens tokens, bool follows, std::string_view* rest, Captures* captures) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    std::size_t length = token.literal.size();
    if (token.shape == Shape::kLiteral) {
      if (!begins_with(*rest, token.literal)) return false;
    } else {
      const std::string_view window = rest->substr(0, kFieldBytesMax);
      const bool last = i + 1 == tokens.size();
      length =
          last ? last_field_end(*rest, follows) : field_end(token, window, tokens[i + 1].literal);
      if (length == std::string_view::npos) return false;
      const std::string_view text = rest->substr(0, length);
      if (!suits(token, text)) return false;
      captures->add(token.field, text);
    }
    rest->remove_prefix(length);
  }
  return true;
}

// Where what follows the last `literal` of `text` begins. Steps from one possible end of it to the
// next, which is much quicker than std::string_view::rfind().
std::size_t last_place_behind(std::string_view literal, std::string_view text) {
  const std::size_t first = text.size() - std::min(text.size(), kFieldBytesMax);
  for (std::size_t end = text.size(); end >= first + literal.size(); --end) {
    if (text[end - 1] == literal.back() && text.substr(0, end).ends_with(literal)) return end;
  }
  return std::string_view::npos;
}

// From the end of `rest`; each field reaches back to the last place of the literal before it.
bool match_backward(Tokens tokens, std::string_view* rest, Captures* captures) {
  for (std::size_t i = tokens.size(); i-- > 0;) {
    const Token& token = tokens[i];
    if (token.shape == Shape::kLiteral) {
      if (!rest->ends_with(token.literal)) return false;
      rest->remove_suffix(token.literal.size());
      continue;
    }
    const std::string& before = tokens[i - 1].literal;
    const std::size_t at = last_place_behind(before, *rest);
    if (at == std::string_view::npos) return false;
    const std::string_view text = rest->substr(at);
    if (!suits(token, text)) return false;
    captures->add(token.field, text);
    rest->remove_suffix(text.size());
  }
  return true;
}

// Appends to `texts` each text that the alternatives of `text` allow.
void expand(std::string_view text, std::vector<std::string>* texts) {
  // A bracket of the message itself is doubled: "((".
  std::size_t open = text.find('(');
  while (open != std::string_view::npos && text.substr(open).starts_with("((")) {
    open = text.find('(', open + 2);
  }
  if (open == std::string_view::npos) {
    texts->emplace_back(text);
    return;
  }
  const std::size_t close = text.find(')', open);
  std::string_view choices = text.substr(open + 1, close - open - 1);
  while (true) {
    const std::size_t bar = choices.find('|');
    std::string one(text.substr(0, open));
    one += choices.substr(0, bar);
    one += text.substr(close + 1);
    expand(one, texts);
    if (bar == std::string_view::npos) return;
    choices.remove_prefix(bar + 1);
  }
}

std::string unescaped(std::string_view literal) {
  std::string text;
  for (std::size_t i = 0; i < literal.size(); ++i) {
    text += literal[i];
    if (literal.substr(i).starts_with("((")) ++i;
  }
  return text;
}

}  // namespace

std::vector<Pattern> Pattern::all_of(std::string_view text) {
  std::vector<std::string> texts;
  expand(text, &texts);
  std::vector<Pattern> patterns;
  patterns.reserve(texts.size());
  for (const std::string& one : texts) patterns.push_back(Pattern(one));
  return patterns;
}

Pattern::Pattern(std::string_view text) {
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    if (open != 0) {
      tokens_.push_back({.literal = unescaped(text.substr(0, open))});
      text.remove_prefix(std::min(open, text.size()));
      continue;
    }
    const std::size_t close = text.find('}');
    tokens_.push_back(field_token(text.substr(1, close - 1)));
    if (tokens_.back().shape == Shape::kText) free_.push_back(tokens_.size() - 1);
    text.remove_prefix(close + 1);
  }
  assert(free_.size() <= 2 && tokens_.size() <= 2 * std::tuple_size_v<decltype(Captures::list)>);
}

std::string_view Pattern::prefix() const {
  return tokens_.empty() || tokens_[0].shape != Shape::kLiteral ? std::string_view()
                                                                : tokens_[0].literal;
}

Pattern::Match Pattern::match(std::string_view message, Captures* captures) const {
  captures->count = 0;
  const Tokens tokens = tokens_;
  if (free_.empty()) {
    const bool all = match_forward(tokens, false, &message, captures) && message.empty();
    return all ? Match::kYes : Match::kNo;
  }
  if (!match_forward(tokens.first(free_[0]), true, &message, captures)) return Match::kNo;
  if (!match_backward(tokens.subspan(free_.back() + 1), &message, captures)) return Match::kNo;
  if (free_.size() == 2) return match_between(message, captures);
  if (!suits(tokens[free_[0]], message)) return Match::kNo;
  captures->add(tokens[free_[0]].field, message);
  return Match::kYes;
}

// `message` is the two free texts and what stands between them.
Pattern::Match Pattern::match_between(std::string_view message, Captures* captures) const {
  const Tokens tokens = tokens_;
  const Tokens middle = tokens.subspan(free_[0] + 1, free_[1] - free_[0] - 1);
  const std::size_t outside = captures->count;
  bool found = false;
  int places = 0;
  Captures reading;
  for (std::size_t at = 0; (at = message.find(middle[0].literal, at)) != std::string_view::npos;
       ++at) {
    reading.count = 0;
    std::string_view rest = message.substr(at);
    if (!match_forward(middle, true, &rest, &reading)) continue;
    const bool fits = suits(tokens[free_[1]], rest);
    if (++places > kPlacesMax || (fits && found)) return Match::kAmbiguous;
    if (!fits) continue;
    found = true;
    captures->count = outside;
    captures->add(reading);
    captures->add(tokens[free_[0]].field, message.substr(0, at));
    captures->add(tokens[free_[1]].field, rest);
  }
  return found ? Match::kYes : Match::kNo;
}

}  // namespace picket::node
