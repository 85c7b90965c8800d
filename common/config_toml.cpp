// Reads TOML into a Description's fields. The only file that knows the TOML library.
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <map>

#include "common/config.h"
#include "common/text.h"

namespace picket::config {
namespace {

std::optional<std::vector<std::string>> texts_of(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return std::vector{*text};
  const auto* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const toml::node& item : *array) {
    const auto text = item.value_exact<std::string>();
    if (!text) return std::nullopt;
    texts.push_back(*text);
  }
  return texts;
}

Value rows_value(const toml::array& array) {
  Rows rows;
  for (const toml::node& item : array) {
    const auto* table = item.as_table();
    if (table == nullptr) return Unfit{"a list that holds other things"};
    Row& row = rows.emplace_back();
    row.line = table->source().begin.line;
    for (const auto& [key, node] : *table) {
      auto texts = texts_of(node);
      if (!texts) return Unfit{"a table with other things than texts and lists of texts"};
      row.fields.emplace_back(std::string(key.str()), *std::move(texts));
    }
  }
  return rows;
}

Value list_value(const toml::array& array) {
  if (!array.empty() && array.front().is_table()) return rows_value(array);
  std::vector<std::string> items;
  for (const toml::node& item : array) {
    const auto text = item.value_exact<std::string>();
    if (!text) return Unfit{"a list that holds other things"};
    items.push_back(*text);
  }
  return items;
}

Value table_value(const toml::table& table) {
  Table items;
  for (const auto& [key, item] : table) {
    const auto text = item.value_exact<std::string>();
    if (!text) return Unfit{"a section"};
    items.emplace(std::string(key.str()), *text);
  }
  return items;
}

Value to_value(const toml::node& node) {
  if (const auto flag = node.value_exact<bool>()) return *flag;
  if (const auto number = node.value_exact<int64_t>()) return *number;
  if (auto text = node.value_exact<std::string>()) return *std::move(text);
  if (const auto* array = node.as_array()) return list_value(*array);
  if (const auto* table = node.as_table()) return table_value(*table);
  return Unfit{node.is_floating_point() ? "a number with a point" : "a date or time"};
}

class Reader {
 public:
  Reader(std::string_view file_name, const Description& description)
      : file_name_(file_name), description_(description) {}

  void read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      const auto* section = find_section(key.str());
      if (section == nullptr) {
        read_key(description_.sections().front(), key, node);
      } else if (const auto* table = node.as_table()) {
        for (const auto& [inner_key, inner_node] : *table)
          read_key(*section, inner_key, inner_node);
      } else {
        fail(key.source(), key.str(), "expected a section [" + section->name + "]");
      }
    }
  }

  void fail(std::size_t number, std::string_view key, std::string_view what) {
    std::string line = file_name_ + ':' + std::to_string(number) + ": ";
    if (!key.empty()) line += escape_for_terminal(key) + ": ";
    errors_.emplace(number, line + escape_for_terminal(what));
  }
  void fail(const toml::source_region& where, std::string_view key, std::string_view what) {
    fail(where.begin.line, key, what);
  }

  std::vector<std::string> errors() const {
    std::vector<std::string> lines;
    for (const auto& [number, line] : errors_) lines.push_back(line);
    return lines;
  }

 private:
  const Description::Section* find_section(std::string_view name) const {
    for (const auto& section : description_.sections()) {
      if (!section.name.empty() && section.name == name) return &section;
    }
    return nullptr;
  }

  void read_key(const Description::Section& section, const toml::key& key, const toml::node& node) {
    const auto found = std::ranges::find(section.keys, key.str(), &Description::Key::name);
    if (found == section.keys.end()) {
      fail_unknown(section, key, node);
      return;
    }
    for (const auto& [what, line] : found->set(to_value(node))) {
      fail(line == 0 ? node.source().begin.line : line, full_name(section, key.str()), what);
    }
  }

  void fail_unknown(const Description::Section& section, const toml::key& key,
                    const toml::node& node) {
    std::string what = node.is_table() ? "unknown section" : "unknown key";
    const auto meant = closest_name(section, key.str(), node.is_table());
    if (meant) what += ", did you mean \"" + *meant + "\"?";
    fail(key.source(), full_name(section, key.str()), what);
  }

  // A near name beside it, else the same name in another section.
  std::optional<std::string> closest_name(const Description::Section& section,
                                          std::string_view written, bool is_section) const {
    std::vector<std::string_view> names;
    for (const auto& other : description_.sections()) {
      if (is_section && !other.name.empty()) names.emplace_back(other.name);
    }
    for (const auto& key : section.keys) {
      if (!is_section) names.emplace_back(key.name);
    }
    if (const auto near = closest_word(written, names)) return std::string(*near);
    for (const auto& other : description_.sections()) {
      for (const auto& key : other.keys) {
        if (key.name == written) return full_name(other, key.name);
      }
    }
    return std::nullopt;
  }

  std::string file_name_;
  const Description& description_;
  std::multimap<std::size_t, std::string> errors_;  // by line: toml++ sorts tables by key
};

}  // namespace

std::vector<std::string> Description::read(std::string_view file_name, std::string_view text) {
  Reader reader(file_name, *this);
  try {
    reader.read(toml::parse(text));
  } catch (const toml::parse_error& error) {
    reader.fail(error.source(), "", "not TOML: " + std::string(error.description()));
  }
  return reader.errors();
}

}  // namespace picket::config
