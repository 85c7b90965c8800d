#include "node/commands/parse_parameter.h"

#include <limits>
#include <utility>

#include "common/limits.h"
#include "node/commands/safe_text.h"

namespace picket::node {
namespace {

constexpr const char* kRules = "one_of, pattern, min and max, or path_under";

std::string itself(const std::string& text) { return text; }

config::Codec<std::string> value_text() {
  const auto parse = [](std::string_view text) -> Result<std::string> {
    if (text.size() > limits::kCommandValueBytesMax)
      return Error{"expected at most " + std::to_string(limits::kCommandValueBytesMax) + " bytes"};
    const Status safe = check_safe_text(text);
    if (!safe) return Error{"\"" + std::string(text) + "\" " + safe.error()};
    return std::string(text);
  };
  return {"text in quotes", parse, itself};
}

config::Codec<std::string> folder_path() {
  const auto parse = [](std::string_view text) -> Result<std::string> {
    if (text == "/" || is_plain_path(text)) return std::string(text);
    return Error{"expected the path of a folder, without /./ and /../ and not ending in /"};
  };
  return {"a path in quotes", parse, itself};
}

// The keys of the section as they are written; which of them go together is said by the section.
struct Written {
  std::string description;
  std::vector<std::string> one_of;
  std::string pattern;
  int64_t max_length = 64;
  int64_t min = 0;
  int64_t max = 0;
  std::string path_under;
  std::string default_value;
  bool allow_leading_dash = false;
  bool allow_empty = false;

  config::Description describe() {
    using Integers = config::Range<int64_t>;
    constexpr Integers kAny{std::numeric_limits<int64_t>::min(),
                            std::numeric_limits<int64_t>::max()};
    config::Description keys("");
    keys.text("description", description, description_text(), "");
    keys.list("one_of", one_of, value_text(), "", config::IfEmpty::kError);
    keys.text("pattern", pattern, config::any_text(), "");
    keys.integer("max_length", max_length,
                 Integers{1, static_cast<int64_t>(limits::kCommandValueBytesMax)}, "");
    keys.integer("min", min, kAny, "");
    keys.integer("max", max, kAny, "");
    keys.text("path_under", path_under, folder_path(), "");
    keys.text("default", default_value, value_text(), "");
    keys.boolean("allow_leading_dash", allow_leading_dash, "");
    keys.boolean("allow_empty", allow_empty, "");
    return keys;
  }
};

class Section {
 public:
  Section(const config::TomlNode& section, std::string prefix, config::FileErrors& errors)
      : section_(section), prefix_(std::move(prefix)), errors_(errors) {}

  std::optional<Parameter> read() {
    const std::size_t before = errors_.size();
    written_.describe().read_table(section_, prefix_, {}, errors_);
    if (errors_.size() != before) return std::nullopt;
    parameter_.name = section_.key;
    parameter_.description = written_.description;
    parameter_.allow_leading_dash = written_.allow_leading_dash;
    parameter_.allow_empty = written_.allow_empty;
    if (!check_companions() || !set_rule() || !set_default()) return std::nullopt;
    return std::move(parameter_);
  }

 private:
  bool has(std::string_view key) const { return section_.find(key) != nullptr; }
  bool fail(std::string_view key, std::string_view what) {
    const auto* entry = section_.find(key);
    errors_.add(entry == nullptr ? section_.key_line : entry->line, prefix_ + std::string(key),
                what);
    return false;
  }

  // A key that would do nothing is a misunderstanding.
  bool check_companions() {
    if (!has("pattern") && has("max_length")) return fail("max_length", "belongs to a pattern");
    if (!has("pattern") && has("allow_empty")) return fail("allow_empty", "belongs to a pattern");
    if (has("min") != has("max")) return fail(has("min") ? "min" : "max", "expected min and max");
    const int rules = static_cast<int>(has("one_of")) + static_cast<int>(has("pattern")) +
                      static_cast<int>(has("min")) + static_cast<int>(has("path_under"));
    if (rules == 1) return true;
    errors_.add(
        section_.key_line, prefix_.substr(0, prefix_.size() - 1),
        std::string(rules == 0 ? "expected one of these keys: " : "expected only one of: ") +
            kRules);
    return false;
  }

  bool set_rule() {
    if (has("one_of")) return set_one_of();
    if (has("pattern")) return set_pattern();
    if (has("min")) return set_range();
    parameter_.rule = PathUnder{written_.path_under};
    return true;
  }

  bool set_one_of() {
    if (written_.one_of.size() > limits::kCommandChoicesMax)
      return fail("one_of",
                  "expected at most " + std::to_string(limits::kCommandChoicesMax) + " values");
    parameter_.rule = OneOf{written_.one_of};
    for (const std::string& value : written_.one_of) {
      const Status good = check_value(parameter_, value);
      if (!good) return fail("one_of", "\"" + value + "\": " + good.error());
    }
    return true;
  }

  bool set_pattern() {
    auto pattern = ValuePattern::parse(written_.pattern);
    if (!pattern) return fail("pattern", pattern.error());
    if (written_.allow_empty && !pattern->matches(""))
      return fail("allow_empty", "the pattern doesn't match an empty value");
    parameter_.rule = Matching{*std::move(pattern), static_cast<std::size_t>(written_.max_length)};
    return true;
  }

  bool set_range() {
    if (written_.min > written_.max) return fail("max", "expected no less than min");
    if (written_.min < 0 && !written_.allow_leading_dash)
      return fail("min", "expected allow_leading_dash = true: a value would begin with -");
    parameter_.rule = WholeNumber{written_.min, written_.max};
    return true;
  }

  bool set_default() {
    if (!has("default")) return true;
    const Status good = check_value(parameter_, written_.default_value);
    if (!good) return fail("default", good.error());
    parameter_.default_value = written_.default_value;
    return true;
  }

  const config::TomlNode& section_;
  std::string prefix_;
  config::FileErrors& errors_;
  Written written_;
  Parameter parameter_;
};

}  // namespace

config::Codec<std::string> description_text() {
  const auto parse = [](std::string_view text) -> Result<std::string> {
    if (text.size() > limits::kCommandTextBytesMax)
      return Error{"expected at most " + std::to_string(limits::kCommandTextBytesMax) + " bytes"};
    const Status safe = check_safe_text(text);
    if (!safe) return Error{safe.error()};
    return std::string(text);
  };
  return {"text in quotes", parse, itself};
}

std::optional<Parameter> parse_parameter(const config::TomlNode& section, const std::string& prefix,
                                         config::FileErrors& errors) {
  return Section(section, prefix, errors).read();
}

}  // namespace picket::node
