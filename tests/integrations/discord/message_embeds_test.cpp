#include "integrations/discord/message_embeds.h"

#include <string>

#include "common/unicode.h"
#include "tests/support/catch.h"

namespace picket::discord {
namespace {

using delivery::Mark;
using delivery::Message;
using delivery::Paragraph;
using nlohmann::json;

const WallTime kAt = from_unix_ns(1'800'000'000'123'456'789);

std::size_t units_of(const json& body) {
  std::size_t units = 0;
  for (const json& embed : body["embeds"]) {
    units += unicode::utf16_units(embed.value("title", ""));
    units += unicode::utf16_units(embed.value("description", ""));
    if (embed.contains("footer")) {
      units += unicode::utf16_units(embed["footer"]["text"].get<std::string>());
    }
    for (const json& field : embed.value("fields", json::array())) {
      units += unicode::utf16_units(field["name"].get<std::string>());
      units += unicode::utf16_units(field["value"].get<std::string>());
    }
  }
  return units;
}

TEST_CASE("SM35: an embed for each paragraph, with colour, time and a table of fields") {
  Message message;
  message.paragraphs = {{Mark::kGood,
                         "web_1",
                         "alice logged in from 192.0.2.7",
                         kAt,
                         {{"user", "alice"}, {"source", "192.0.2.7"}, {"empty", ""}}},
                        {Mark::kAlarm, "", "200 failed logins", WallTime(), {}}};
  message.footer = "and *3* more";
  CHECK(to_json(message, {}) == json::parse(R"({
    "embeds": [
      {"title": "🟢 web\\_1", "description": "alice logged in from 192.0.2.7", "color": 3066993,
       "timestamp": "2027-01-15T08:00:00.123Z",
       "fields": [{"name": "user", "value": "alice", "inline": true},
                  {"name": "source", "value": "192.0.2.7", "inline": true}]},
      {"description": "🔴 200 failed logins", "color": 15158332,
       "footer": {"text": "and *3* more"}}],
    "allowed_mentions": {"parse": []}})"));
}

TEST_CASE("SM35: a text beside the embeds may mention those whom the configuration allows") {
  Message message;
  message.paragraphs = {{Mark::kPlain, "web1", "it booted", kAt, {}}};
  const json body = to_json(message, {"look <@&5>", {"roles"}});
  CHECK(body["content"] == "look <@&5>");
  CHECK(body["allowed_mentions"] == json::parse(R"({"parse":["roles"]})"));
  CHECK(check({"look", {"users", "roles", "everyone"}}));
  CHECK_FALSE(check({"", {"admins"}}));
  CHECK(check({std::string(kContentUnitsMax, 'x'), {}}));
  CHECK_FALSE(check({std::string(kContentUnitsMax + 1, 'x'), {}}));
  CHECK_FALSE(check({"\xff", {}}));
}

TEST_CASE("the longest message fits: first tables go, then sentences are cut") {
  Paragraph paragraph{Mark::kGood, "web1", std::string(300, 'x'), kAt, {}};
  for (int i = 0; i < 5; ++i) paragraph.fields.emplace_back("name", std::string(100, 'v'));
  Message message;
  message.paragraphs.assign(delivery::kParagraphsMax, paragraph);
  SECTION("with tables that are too much") {
    const json body = to_json(message, {});
    CHECK(units_of(body) <= kEmbedsUnitsMax);
    CHECK(body["embeds"].front().contains("fields"));
    CHECK_FALSE(body["embeds"].back().contains("fields"));
    CHECK(body["embeds"].back()["description"] == std::string(300, 'x'));
  }
  SECTION("with sentences that are too much") {
    for (Paragraph& one : message.paragraphs) {
      one.text.assign(300, '*');
      one.node.assign(63, '_');
    }
    message.footer.assign(1000, 'f');
    const json body = to_json(message, {});
    CHECK(body["embeds"].size() == 10);
    CHECK(units_of(body) <= kEmbedsUnitsMax);
    CHECK(units_of(body) > kEmbedsUnitsMax - 100);
    CHECK(body["embeds"].back()["description"].get<std::string>().ends_with("\\*…"));
  }
}

TEST_CASE("nothing but a footer is an embed as well") {
  Message message;
  message.footer = "all is well";
  CHECK(to_json(message, {})["embeds"][0]["description"] == "all is well");
}

}  // namespace
}  // namespace picket::discord
