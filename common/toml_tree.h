// A TOML file as a tree of its tables, each value with the line where it stands; and the errors of
// one file, in its order. What the values mean is said elsewhere.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/config.h"

namespace picket::config {

struct TomlNode {
  std::string key;
  std::size_t key_line = 0;
  std::size_t line = 0;  // of its value
  Value value;           // of a table too, if that holds texts only
  bool is_table = false;
  std::vector<TomlNode> entries;  // of a table, sorted by key

  const TomlNode* find(std::string_view name) const;
};

class FileErrors {
 public:
  explicit FileErrors(std::string_view file_name) : file_name_(file_name) {}

  /// `FILE:LINE: KEY: WHAT`, escaped for a terminal; without the key if there is none.
  void add(std::size_t line, std::string_view key, std::string_view what);
  std::size_t size() const { return errors_.size(); }
  bool empty() const { return errors_.empty(); }
  std::vector<std::string> lines() const;

 private:
  std::string file_name_;
  std::multimap<std::size_t, std::string> errors_;  // by line: tables are sorted by key
};

/// Nothing: it is not TOML, which `errors` has been told. Tables in tables in tables and so on are
/// there down to kTomlDepthMax; what is below that is Unfit.
std::optional<TomlNode> parse_toml(std::string_view text, FileErrors& errors);

inline constexpr int kTomlDepthMax = 8;

}  // namespace picket::config
