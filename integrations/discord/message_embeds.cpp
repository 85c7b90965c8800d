#include "integrations/discord/message_embeds.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/limits.h"
#include "common/rfc3339.h"
#include "common/unicode.h"
#include "integrations/discord/markdown_text.h"

namespace picket::discord {
namespace {

using delivery::Mark;
using delivery::Paragraph;
using nlohmann::json;

static_assert(delivery::kParagraphsMax <= kEmbedsMax);

constexpr std::size_t kTitleUnitsMax = 3 + 2 * limits::kNodeNameBytesMax;
constexpr std::size_t kDescriptionUnitsMax = 2 * delivery::kParagraphCharactersMax;
constexpr std::size_t kFieldNameUnitsMax = 64;
constexpr std::size_t kFieldValueUnitsMax = 400;
constexpr std::size_t kFieldsMax = 25;
constexpr std::size_t kFooterUnitsMax = 500;
// Where descriptions must share what titles and footer leave, each still says something.
static_assert(kEmbedsMax * (kTitleUnitsMax + 200) + kFooterUnitsMax <= kEmbedsUnitsMax);

struct Looks {
  const char* sign;
  int colour;
};

Looks looks_of(Mark mark) {
  switch (mark) {
    case Mark::kPlain: return {"⚪", 0x95a5a6};
    case Mark::kGood: return {"🟢", 0x2ecc71};
    case Mark::kWarning: return {"🟡", 0xf1c40f};
    case Mark::kAlarm: return {"🔴", 0xe74c3c};
  }
  return {};
}

struct Field {
  std::string name;
  std::string value;
};

struct Embed {
  const Paragraph* paragraph = nullptr;
  std::string title;
  std::string description;
  std::vector<Field> fields;

  std::size_t field_units() const {
    std::size_t units = 0;
    for (const auto& [name, value] : fields) {
      units += unicode::utf16_units(name) + unicode::utf16_units(value);
    }
    return units;
  }
};

/// Without a node the sign stands before the sentence.
std::string description_of(const Paragraph& paragraph, std::size_t units_max) {
  if (!paragraph.node.empty()) return to_markdown(keep_ends(paragraph.text), units_max);
  const std::string sign = std::string(looks_of(paragraph.mark).sign) + ' ';
  return sign + to_markdown(keep_ends(paragraph.text), units_max - unicode::utf16_units(sign));
}

Embed embed_of(const Paragraph& paragraph) {
  Embed embed;
  embed.paragraph = &paragraph;
  if (!paragraph.node.empty()) {
    const std::string sign = std::string(looks_of(paragraph.mark).sign) + ' ';
    embed.title = sign + to_markdown(paragraph.node, kTitleUnitsMax - unicode::utf16_units(sign));
  }
  embed.description = description_of(paragraph, kDescriptionUnitsMax);
  for (const auto& [name, value] : paragraph.fields) {
    if (name.empty() || value.empty() || embed.fields.size() == kFieldsMax) continue;
    embed.fields.push_back({to_markdown(keep_ends(name), kFieldNameUnitsMax),
                            to_markdown(keep_ends(value), kFieldValueUnitsMax)});
  }
  return embed;
}

/// A table beside the sentence is what can be done without; and then sentences are cut.
void fit(std::vector<Embed>& embeds, std::size_t units_max) {
  std::size_t titles = 0;
  std::size_t descriptions = 0;
  std::size_t fields = 0;
  for (const Embed& embed : embeds) {
    titles += unicode::utf16_units(embed.title);
    descriptions += unicode::utf16_units(embed.description);
    fields += embed.field_units();
  }
  for (std::size_t i = embeds.size(); i-- > 0 && titles + descriptions + fields > units_max;) {
    fields -= embeds[i].field_units();
    embeds[i].fields.clear();
  }
  if (titles + descriptions + fields <= units_max) return;
  const std::size_t each = (units_max - titles) / embeds.size();
  for (Embed& embed : embeds) embed.description = description_of(*embed.paragraph, each);
}

json to_json(const Embed& embed) {
  const Paragraph& paragraph = *embed.paragraph;
  json object = {{"description", embed.description}, {"color", looks_of(paragraph.mark).colour}};
  if (!embed.title.empty()) object["title"] = embed.title;
  if (paragraph.at != WallTime()) object["timestamp"] = to_rfc3339(paragraph.at, 3);
  for (const auto& [name, value] : embed.fields) {
    object["fields"].push_back({{"name", name}, {"value", value}, {"inline", true}});
  }
  return object;
}

/// A footer's text is no Markdown.
std::string footer_of(const std::string& footer) {
  std::string text = keep_ends(footer);
  if (unicode::utf16_units(text) <= kFooterUnitsMax) return text;
  return std::string(unicode::cut_utf16(text, kFooterUnitsMax - 1)) + "…";
}

}  // namespace

Status check(const Beside& beside) {
  constexpr std::array<std::string_view, 3> kMentions{"users", "roles", "everyone"};
  for (const std::string& mention : beside.mentions) {
    if (std::ranges::find(kMentions, mention) == kMentions.end()) {
      return Error{"mentions are \"users\", \"roles\" or \"everyone\""};
    }
  }
  if (!unicode::is_valid(beside.content)) return Error{"the content isn't UTF-8"};
  if (unicode::utf16_units(beside.content) > kContentUnitsMax) {
    return Error{"Discord takes a content of at most " + std::to_string(kContentUnitsMax) +
                 " characters"};
  }
  return {};
}

json to_json(const delivery::Message& message, const Beside& beside) {
  std::vector<Embed> embeds;
  for (const Paragraph& paragraph : message.paragraphs) {
    if (embeds.size() < kEmbedsMax) embeds.push_back(embed_of(paragraph));
  }
  const std::string footer = footer_of(message.footer);
  if (!embeds.empty()) fit(embeds, kEmbedsUnitsMax - unicode::utf16_units(footer));
  json body = {{"embeds", json::array()}, {"allowed_mentions", {{"parse", beside.mentions}}}};
  for (const Embed& embed : embeds) body["embeds"].push_back(to_json(embed));
  if (embeds.empty()) {
    body["embeds"].push_back({{"description", to_markdown(footer, kDescriptionUnitsMax)}});
  } else if (!footer.empty()) {
    body["embeds"].back()["footer"] = {{"text", footer}};
  }
  if (!beside.content.empty()) body["content"] = beside.content;
  return body;
}

}  // namespace picket::discord
