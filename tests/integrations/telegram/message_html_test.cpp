#include "integrations/telegram/message_html.h"

#include <string>

#include "common/unicode.h"
#include "integrations/telegram/html_text.h"
#include "tests/support/catch.h"
#include "tests/support/local_zone.h"

namespace picket::telegram {
namespace {

using delivery::Mark;
using delivery::Message;
using delivery::Paragraph;

const WallTime kNow = from_unix_ns(1'800'000'000'000'000'000);  // 2027-01-15 08:00:00 UTC

/// As Telegram counts: what is between tags, an entity as what it stands for.
std::size_t units_shown(std::string html) {
  std::string shown;
  for (std::size_t i = 0; i < html.size(); ++i) {
    if (html[i] == '<') {
      i = html.find('>', i);
    } else if (html[i] == '&') {
      i = html.find(';', i);
      shown += '&';
    } else {
      shown += html[i];
    }
  }
  return unicode::utf16_units(shown);
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("SM32: each paragraph is a line that says how much, where, what and when") {
  const test::LocalZone zone("UTC");
  Message message;
  message.paragraphs = {
      {Mark::kGood, "web1", "alice logged in from 192.0.2.7", kNow - Seconds(61), {}},
      {Mark::kWarning, "db.example", "su to root failed", kNow - std::chrono::hours(30), {}},
      {Mark::kAlarm, "", "200 failed logins", kNow, {}},
      {Mark::kPlain, "web1", "it booted", WallTime(), {}}};
  CHECK(to_html(message, kNow) ==
        "🟢 <b>web1</b> alice logged in from <code>192.0.2.7</code> · 07:58:59\n"
        "🟡 <code>db.example</code> su to root failed · 2027-01-14 02:00:00\n"
        "🔴 200 failed logins · 08:00:00\n"
        "⚪ <b>web1</b> it booted");
  message.footer = "and 3 more";
  CHECK(to_html(message, kNow).ends_with("it booted\nand 3 more"));
}

TEST_CASE("times are in the local zone") {
  const test::LocalZone zone("Europe/Berlin");
  Message message;
  message.paragraphs = {{Mark::kGood, "web1", "alice is on", kNow, {}}};
  CHECK(to_html(message, kNow) == "🟢 <b>web1</b> alice is on · 09:00:00");
}

TEST_CASE("the longest message fits, and has no more entities than count") {
  const test::LocalZone zone("UTC");
  std::string sentence;
  SECTION("of characters that are two units") {
    for (std::size_t i = 0; i < delivery::kParagraphCharactersMax; ++i) sentence += "🙂";
  }
  SECTION("of characters that are escaped") {
    sentence.assign(delivery::kParagraphCharactersMax, '&');
  }
  SECTION("of a mark that is dropped") {
    for (std::size_t i = 0; i < delivery::kParagraphCharactersMax; ++i) sentence += "\u030a";
  }
  SECTION("of words that could be links, and others between them") {
    while (sentence.size() < delivery::kParagraphCharactersMax) sentence += "a.b c ";
  }
  SECTION("far too long") { sentence.assign(10'000, 'x'); }
  Message message;
  const Paragraph paragraph{
      Mark::kGood, std::string(63, 'w'), sentence, kNow - std::chrono::hours(100), {}};
  message.paragraphs.assign(delivery::kParagraphsMax, paragraph);
  message.footer = sentence;
  const std::string html = to_html(message, kNow);
  CHECK(units_shown(html) <= kTextUnitsMax);
  CHECK(count_of(html, "</") <= kEntitiesMax);
  CHECK(count_of(html, "\n") == delivery::kParagraphsMax);
}

}  // namespace
}  // namespace picket::telegram
