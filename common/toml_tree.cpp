// The only file that knows the TOML library.
#include "common/toml_tree.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <utility>

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

TomlNode to_tree(const toml::node& node, int depth) {
  TomlNode tree;
  tree.line = node.source().begin.line;
  tree.value = to_value(node);
  tree.is_table = node.is_table();
  if (!tree.is_table || depth == kTomlDepthMax) return tree;
  for (const auto& [key, item] : *node.as_table()) {
    TomlNode& entry = tree.entries.emplace_back(to_tree(item, depth + 1));
    entry.key = key.str();
    entry.key_line = key.source().begin.line;
  }
  return tree;
}

}  // namespace

const TomlNode* TomlNode::find(std::string_view name) const {
  const auto found = std::ranges::find(entries, name, &TomlNode::key);
  return found == entries.end() ? nullptr : &*found;
}

void FileErrors::add(std::size_t line, std::string_view key, std::string_view what) {
  std::string text = file_name_ + ':' + std::to_string(line) + ": ";
  if (!key.empty()) text += escape_for_terminal(key) + ": ";
  errors_.emplace(line, text + escape_for_terminal(what));
}

std::vector<std::string> FileErrors::lines() const {
  std::vector<std::string> lines;
  for (const auto& [number, line] : errors_) lines.push_back(line);
  return lines;
}

std::optional<TomlNode> parse_toml(std::string_view text, FileErrors& errors) {
  try {
    return to_tree(toml::parse(text), 0);
  } catch (const toml::parse_error& error) {
    errors.add(error.source().begin.line, "", "not TOML: " + std::string(error.description()));
    return std::nullopt;
  }
}

}  // namespace picket::config
