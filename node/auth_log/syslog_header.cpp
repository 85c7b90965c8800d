#include "node/auth_log/syslog_header.h"

#include <charconv>
#include <cstdint>

namespace picket::node {
namespace {

// Up to the next blank, which is taken too.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

std::optional<uint32_t> number_of(std::string_view digits) {
  uint32_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

// "<86>", or as some daemons write it out "<auth.info>".
void skip_priority(std::string_view& text) {
  if (!text.starts_with('<')) return;
  const std::size_t end = text.substr(0, 32).find('>');
  if (end == std::string_view::npos) return;
  text.remove_prefix(end + 1);
  if (text.starts_with(' ')) text.remove_prefix(1);
}

// "sshd[4711]:", "postfix/smtpd:", "(systemd)[1]:"; false: the word is no program's.
bool read_tag(std::string_view word, LogLine& line) {
  const bool colon = word.ends_with(':');
  if (colon) word.remove_suffix(1);
  const std::size_t bracket = word.rfind('[');
  if (word.ends_with(']') && bracket != std::string_view::npos && bracket > 0) {
    line.pid = number_of(word.substr(bracket + 1, word.size() - bracket - 2)).value_or(0);
    line.process = word.substr(0, bracket);
    return colon || line.pid != 0;
  }
  line.process = word;
  return colon && !word.empty();
}

void read_host_and_tag(std::string_view rest, LogLine& line) {
  std::string_view after = rest;
  const std::string_view first = take_word(after);
  if (read_tag(first, line)) {  // the host is left out
    line.message = after;
    return;
  }
  line.host = first;
  rest = after;
  if (!read_tag(take_word(after), line)) {  // "last message repeated 2 times"
    line.process = {};
    line.pid = 0;
    line.message = rest;
    return;
  }
  line.message = after;
}

// "-", or elements in brackets with values in quotes.
void skip_structured_data(std::string_view& text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  bool quoted = false;
  std::size_t end = 0;
  for (std::size_t i = 0; text.starts_with('[') && i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == ']') {
      end = i + 1;
      if (end == text.size() || text[end] != '[') break;
    }
  }
  text.remove_prefix(end);
  if (text.starts_with(' ')) text.remove_prefix(1);
}

// What follows the stamp of RFC 5424: HOST PROCESS PID MESSAGE-ID DATA MESSAGE, "-" for nothing.
void read_rfc5424(std::string_view rest, LogLine& line) {
  const auto take_known = [&rest] {
    const std::string_view word = take_word(rest);
    return word == "-" ? std::string_view() : word;
  };
  line.host = take_known();
  line.process = take_known();
  line.pid = number_of(take_known()).value_or(0);
  (void)take_word(rest);
  skip_structured_data(rest);
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  line.message = rest;
}

}  // namespace

std::optional<LogLine> parse_syslog_line(std::string_view text, StampReader& stamps) {
  while (text.starts_with('\0')) text.remove_prefix(1);  // a hole that a crash has left
  if (text.ends_with('\r')) text.remove_suffix(1);
  const bool prioritised = text.starts_with('<');
  skip_priority(text);
  const bool rfc5424 = prioritised && text.starts_with("1 ");
  if (rfc5424) text.remove_prefix(2);
  const auto stamp = stamps.take(text);
  if (!stamp) return std::nullopt;
  LogLine line;
  line.time = stamp->time;
  line.time_source = stamp->source;
  if (rfc5424) {
    read_rfc5424(text, line);
  } else {
    skip_priority(text);
    read_host_and_tag(text, line);
  }
  return line;
}

}  // namespace picket::node
