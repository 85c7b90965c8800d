#include "common/config.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "common/text.h"
#include "common/units.h"

namespace picket::config {
namespace {

// A description of a value as a person would call it.
std::string name_of(const Value& value) {
  if (const auto* unfit = std::get_if<Unfit>(&value)) return unfit->what;
  if (std::holds_alternative<std::vector<std::string>>(value)) return "a list";
  if (std::holds_alternative<Table>(value)) return "a section";
  if (std::holds_alternative<Rows>(value)) return "a list of tables";
  return to_toml(value);
}

template <typename T, typename Parse, typename Print>
Codec<T> within(std::string what, Range<T> range, Parse parse, Print print) {
  const auto parse_in_range = [range, parse, print](std::string_view text) -> Result<T> {
    auto parsed = parse(text);
    if (!parsed || (*parsed >= range.min && *parsed <= range.max)) return parsed;
    return Error{"expected " + print(range.min) + " to " + print(range.max) + ", found \"" +
                 std::string(text) + '"'};
  };
  return {std::move(what), parse_in_range, print};
}

std::string commented(std::string_view text) {
  std::string result;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    result += line.empty() ? "#\n" : "# " + line + "\n";
  }
  return result;
}

std::string toml_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      result += "\\u00";
      result += kHex[byte >> 4U];
      result += kHex[byte & 0xfU];
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string quoted_list(const std::vector<std::string>& items) {
  std::string result = "[";
  for (const std::string& item : items) {
    if (result.size() > 1) result += ", ";
    result += toml_string(item);
  }
  return result + ']';
}

std::string inline_table(const Table& table) {
  std::string result;
  for (const auto& [key, value] : table) {
    result += (result.empty() ? "" : ", ") + toml_string(key) + " = " + toml_string(value);
  }
  return result.empty() ? "{}" : "{ " + result + " }";
}

std::string inline_row(const Row& row) {
  std::string result;
  for (const auto& [key, texts] : row.fields) {
    result += (result.empty() ? "" : ", ") + key + " = " +
              (texts.size() == 1 ? toml_string(texts.front()) : quoted_list(texts));
  }
  return "{ " + result + " }";
}

std::string list_of_rows(const Rows& rows) {
  std::string result;
  for (const Row& row : rows) result += (result.empty() ? "" : ", ") + inline_row(row);
  return '[' + result + ']';
}

}  // namespace

std::string to_toml(const Value& value) {
  struct Writer {
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(int64_t number) const { return std::to_string(number); }
    std::string operator()(const std::string& text) const { return toml_string(text); }
    std::string operator()(const std::vector<std::string>& items) const {
      return quoted_list(items);
    }
    std::string operator()(const Table& table) const { return inline_table(table); }
    std::string operator()(const Rows& rows) const { return list_of_rows(rows); }
    std::string operator()(const Unfit& unfit) const { return unfit.what; }
  };
  return std::visit(Writer{}, value);
}

std::string full_name(const Description::Section& section, std::string_view key) {
  return section.name.empty() ? std::string(key) : section.name + '.' + std::string(key);
}

Error wrong_type(std::string_view what, const Value& found) {
  return {"expected " + std::string(what) + ", found " + name_of(found)};
}

void Description::section(std::string name, std::string comment) {
  sections_.push_back({std::move(name), std::move(comment), {}});
}

void Description::add(std::string key, std::string comment, std::function<Status(const Value&)> set,
                      std::function<Value()> get) {
  const auto set_or_tell = [set = std::move(set)](const Value& value) -> Errors {
    const Status done = set(value);
    return done ? Errors() : Errors{done.error()};
  };
  add_list(std::move(key), std::move(comment), set_or_tell, std::move(get));
}

void Description::add_list(std::string key, std::string comment,
                           std::function<Errors(const Value&)> set, std::function<Value()> get) {
  sections_.back().keys.push_back(
      {std::move(key), std::move(comment), std::move(set), std::move(get)});
}

void Description::boolean(std::string key, bool& field, std::string comment) {
  const auto set = [&field](const Value& value) -> Status {
    const bool* flag = std::get_if<bool>(&value);
    if (flag == nullptr) return wrong_type("true or false", value);
    field = *flag;
    return {};
  };
  add(std::move(key), std::move(comment), set, [&field] { return Value(field); });
}

void Description::integer(std::string key, int64_t& field, Range<int64_t> range,
                          std::string comment) {
  const auto set = [&field, range](const Value& value) -> Status {
    const int64_t* number = std::get_if<int64_t>(&value);
    if (number == nullptr || *number < range.min || *number > range.max) {
      return wrong_type(
          "a whole number from " + std::to_string(range.min) + " to " + std::to_string(range.max),
          value);
    }
    field = *number;
    return {};
  };
  add(std::move(key), std::move(comment), set, [&field] { return Value(field); });
}

void Description::duration(std::string key, Milliseconds& field, Range<Milliseconds> range,
                           std::string comment) {
  text(std::move(key), field,
       within(R"(a duration such as "30s")", range, parse_duration, print_duration),
       std::move(comment));
}

void Description::duration_or_never(std::string key, std::optional<Milliseconds>& field,
                                    Range<Milliseconds> range, std::string comment) {
  const auto parse = [range](std::string_view written) -> Result<std::optional<Milliseconds>> {
    auto parsed = parse_duration_or_never(written);
    if (!parsed || !*parsed || (**parsed >= range.min && **parsed <= range.max)) return parsed;
    return Error{"expected " + print_duration(range.min) + " to " + print_duration(range.max) +
                 " or \"never\", found \"" + std::string(written) + '"'};
  };
  text(std::move(key), field,
       Codec<std::optional<Milliseconds>>{R"(a duration such as "30d", or "never")", parse,
                                          print_duration_or_never},
       std::move(comment));
}

void Description::size(std::string key, uint64_t& field, Range<uint64_t> range,
                       std::string comment) {
  text(std::move(key), field, within(R"(a size such as "64MiB")", range, parse_size, print_size),
       std::move(comment));
}

void Description::level(std::string key, log::Level& field, std::string comment) {
  const auto print = [](const log::Level& level) { return std::string(log::to_string(level)); };
  text(std::move(key), field,
       Codec<log::Level>{"a level such as \"info\"", log::parse_level, print}, std::move(comment));
}

void Description::table(std::string key, Table& field, Codec<std::string> keys,
                        Codec<std::string> values, std::string comment) {
  const auto set = [&field, keys, values](const Value& value) -> Errors {
    const auto* written = std::get_if<Table>(&value);
    if (written == nullptr) return {wrong_type("a section of texts in quotes", value).message};
    Table table;
    Errors errors;
    for (const auto& [name, text] : *written) {
      const auto parsed_name = keys.parse(name);
      const auto parsed_text = values.parse(text);
      if (!parsed_name) errors.emplace_back(parsed_name.error());
      if (!parsed_text) errors.emplace_back('"' + name + "\": " + parsed_text.error());
      if (parsed_name && parsed_text) table.emplace(*parsed_name, *parsed_text);
    }
    if (errors.empty()) field = std::move(table);
    return errors;
  };
  add_list(std::move(key), std::move(comment), set, [&field] { return Value(field); });
}

Errors check_keys(const Row& row, const std::vector<std::string_view>& keys) {
  Errors errors;
  std::string missing;
  for (const std::string_view key : keys) {
    const auto has_key = [key](const auto& field) { return field.first == key; };
    if (std::ranges::none_of(row.fields, has_key)) missing += " " + std::string(key);
  }
  if (!missing.empty()) errors.emplace_back("lacks" + missing, row.line);
  for (const auto& [name, texts] : row.fields) {
    if (std::ranges::find(keys, name) != keys.end()) continue;
    std::string what = "unknown key \"" + name + '"';
    const auto meant = closest_word(name, keys);
    if (meant) what += ", did you mean \"" + std::string(*meant) + "\"?";
    errors.emplace_back(std::move(what), row.line);
  }
  return errors;
}

std::string Description::effective() const {
  std::string text;
  for (const Section& section : sections_) {
    if (!section.name.empty()) text += "\n[" + section.name + "]\n";
    for (const Key& key : section.keys) text += key.name + " = " + to_toml(key.get()) + '\n';
  }
  return text;
}

std::vector<std::string> Description::changed_from(const Description& before) const {
  std::map<std::string, std::string> values;
  for (const Section& section : before.sections_) {
    for (const Key& key : section.keys) values[full_name(section, key.name)] = to_toml(key.get());
  }
  std::vector<std::string> changed;
  for (const Section& section : sections_) {
    for (const Key& key : section.keys) {
      std::string name = full_name(section, key.name);
      if (values[name] != to_toml(key.get())) changed.push_back(std::move(name));
    }
  }
  return changed;
}

std::string Description::example() const {
  std::string text = commented(about_);
  for (const Section& section : sections_) {
    if (!section.name.empty()) {
      text += "\n" + commented(section.comment) + "[" + section.name + "]\n";
    }
    for (const Key& key : section.keys) {
      text += "\n" + commented(key.comment) + "#" + key.name + " = " + to_toml(key.get()) + '\n';
    }
  }
  return text;
}

Result<std::string> read_file(const std::string& path, IfMissing if_missing) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int reason = errno;
    if (reason == ENOENT && if_missing == IfMissing::kDefaults) return std::string();
    return Error{path + ": can't be opened: " + std::strerror(reason)};
  }
  std::string text(kFileBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return Error{path + ": can't be read: " + std::strerror(errno)};
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kFileBytesMax) {
    return Error{path + ": longer than " + print_size(kFileBytesMax)};
  }
  return text;
}

}  // namespace picket::config
