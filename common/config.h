// Configuration files: a Description binds the keys of a TOML file to the fields of a struct, once,
// with a comment and limits for each. From it come reading with all errors at once, the effective
// configuration, and the commented example file. The defaults are what the fields hold when they
// are bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/address.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/result.h"

namespace picket::config {

struct TomlNode;   // common/toml_tree.h
class FileErrors;  // the same

/// A value as it stands in a file.
struct Unfit {
  std::string what;  // "a float", "a table", ...: nothing that a key can hold
};
using Table = std::map<std::string, std::string>;
/// A table among a list of them: lists of texts by key; a text alone is a list of one.
struct Row {
  std::size_t line = 0;  // of the file
  std::vector<std::pair<std::string, std::vector<std::string>>> fields;
};
using Rows = std::vector<Row>;
using Value =
    std::variant<bool, int64_t, std::string, std::vector<std::string>, Table, Rows, Unfit>;

/// "64" and so on, as it stands in TOML.
std::string to_toml(const Value& value);

/// What is wrong with a value.
struct Wrong {
  // NOLINTNEXTLINE(google-explicit-constructor): mostly the words are all there is to say
  Wrong(std::string words, std::size_t at_line = 0) : what(std::move(words)), line(at_line) {}
  std::string what;
  std::size_t line;  // of the file; 0: where the value begins
};
/// Everything that is wrong with a value; none: it was set.
using Errors = std::vector<Wrong>;

/// How a type is written as text: `what` it is for a person, with an example; parse() says in its
/// error what was expected and what was found.
template <typename T>
struct Codec {
  std::string what;
  std::function<Result<T>(std::string_view)> parse;
  std::function<std::string(const T&)> print;
};

/// How a type is written as a table of a list; see take_texts().
template <typename T>
struct RowCodec {
  std::vector<std::string_view> keys;  // each must be there
  std::function<Errors(const Row&, T&)> parse;
  std::function<Row(const T&)> print;
};

template <typename T>
struct Range {
  T min;
  T max;
};

/// Whether a list without items means something.
enum class IfEmpty { kAllowed, kError };

class Description {
 public:
  /// `about` stands at the top of the example file. Bound fields must outlive the description.
  explicit Description(std::string about) : about_(std::move(about)) {}

  /// The keys that follow stand in [name].
  void section(std::string name, std::string comment);

  void boolean(std::string key, bool& field, std::string comment);
  void integer(std::string key, int64_t& field, Range<int64_t> range, std::string comment);
  void duration(std::string key, Milliseconds& field, Range<Milliseconds> range,
                std::string comment);
  void duration_or_never(std::string key, std::optional<Milliseconds>& field,
                         Range<Milliseconds> range, std::string comment);
  void size(std::string key, uint64_t& field, Range<uint64_t> range, std::string comment);
  void level(std::string key, log::Level& field, std::string comment);

  template <typename T>
  void text(std::string key, T& field, Codec<T> codec, std::string comment);
  template <typename T>
  void list(std::string key, std::vector<T>& field, Codec<T> codec, std::string comment,
            IfEmpty if_empty = IfEmpty::kAllowed);
  /// A list of tables: `key = [{ … }, { … }]`, or sections [[section.key]].
  template <typename T>
  void rows(std::string key, std::vector<T>& field, RowCodec<T> codec, std::size_t rows_max,
            std::string comment);
  /// Texts by keys that the person chose.
  void table(std::string key, Table& field, Codec<std::string> keys, Codec<std::string> values,
             std::string comment);

  /// Sets the bound fields from a file's text; a field whose key is absent or wrong keeps its
  /// value. One line per error, in the file's order: `FILE:LINE: KEY: what was expected, did you
  /// mean "x"?`.
  [[nodiscard]] std::vector<std::string> read(std::string_view file_name, std::string_view text);

  /// The same for one table of a file that has several alike: `prefix` stands before each key's
  /// name, and the keys of `elsewhere` are left to somebody else.
  void read_table(const TomlNode& table, std::string_view prefix,
                  std::span<const std::string_view> elsewhere, FileErrors& errors);

  /// All keys with the values that the fields have now, as TOML.
  std::string effective() const;

  /// The keys whose values differ from another description's of the same kind, in the file's order:
  /// "section.key".
  std::vector<std::string> changed_from(const Description& before) const;

  /// All keys, commented out, each with its comment and its present value.
  std::string example() const;

  // For the reader of files in config.cpp.
  struct Key {
    std::string name;
    std::string comment;
    std::function<Errors(const Value&)> set;
    std::function<Value()> get;
  };
  struct Section {
    std::string name;  // empty: the top of the file
    std::string comment;
    std::vector<Key> keys;
  };
  const std::vector<Section>& sections() const { return sections_; }

 private:
  void add(std::string key, std::string comment, std::function<Status(const Value&)> set,
           std::function<Value()> get);
  void add_list(std::string key, std::string comment, std::function<Errors(const Value&)> set,
                std::function<Value()> get);

  std::string about_;
  std::vector<Section> sections_{{}};
};

/// "section.key", or the key of the file's top.
std::string full_name(const Description::Section& section, std::string_view key);

/// What a file held, or why it can't be used: then `errors` isn't empty.
template <typename Config>
struct Loaded {
  Config config;
  std::vector<std::string> errors;
};

enum class IfMissing { kError, kDefaults };

/// The longest configuration file.
inline constexpr std::size_t kFileBytesMax = 1024 * 1024;

/// The whole file; a text without bytes if it doesn't exist and that is allowed.
Result<std::string> read_file(const std::string& path, IfMissing if_missing);

/// Reads the file at `path` into a Config by its `Description describe(Config&)`.
template <typename Config>
Loaded<Config> load(const std::string& path, IfMissing if_missing) {
  Loaded<Config> loaded;
  const auto text = read_file(path, if_missing);
  if (!text) {
    loaded.errors.push_back(text.error());
    return loaded;
  }
  loaded.errors = describe(loaded.config).read(path, *text);
  return loaded;
}

// ---- texts

/// "expected WHAT, found FOUND"
Error wrong_type(std::string_view what, const Value& found);

Codec<std::string> any_text();
Codec<std::string> absolute_path();
Codec<std::string> socket_path();  // absolute, and short enough for unix(7)
Codec<HostPort> host_port();       // see common/address.h

template <typename T>
void Description::text(std::string key, T& field, Codec<T> codec, std::string comment) {
  const auto set = [&field, codec](const Value& value) -> Status {
    const auto* written = std::get_if<std::string>(&value);
    if (written == nullptr) return wrong_type(codec.what, value);
    auto parsed = codec.parse(*written);
    if (!parsed) return Error{parsed.error()};
    field = *std::move(parsed);
    return {};
  };
  add(std::move(key), std::move(comment), set,
      [&field, codec] { return Value(codec.print(field)); });
}

template <typename T>
void Description::list(std::string key, std::vector<T>& field, Codec<T> codec, std::string comment,
                       IfEmpty if_empty) {
  const auto set = [&field, codec, if_empty](const Value& value) -> Errors {
    const auto* written = std::get_if<std::vector<std::string>>(&value);
    if (written == nullptr) return {wrong_type("a list of texts in quotes", value).message};
    if (written->empty() && if_empty == IfEmpty::kError) {
      return {"expected at least one: " + codec.what};
    }
    std::vector<T> items;
    Errors errors;
    for (const std::string& item : *written) {
      auto parsed = codec.parse(item);
      if (parsed) {
        items.push_back(*std::move(parsed));
      } else {
        errors.push_back(parsed.error());
      }
    }
    if (errors.empty()) field = std::move(items);
    return errors;
  };
  const auto get = [&field, codec] {
    std::vector<std::string> items;
    for (const T& item : field) items.push_back(codec.print(item));
    return Value(std::move(items));
  };
  add_list(std::move(key), std::move(comment), set, get);
}

/// What is wrong with a row's keys: missing or unknown.
Errors check_keys(const Row& row, const std::vector<std::string_view>& keys);

/// The texts of a key of a row, 1 to `count_max`, each by `codec`; what is wrong goes to `errors`.
template <typename T>
void take_texts(const Row& row, std::string_view key, std::size_t count_max, const Codec<T>& codec,
                std::vector<T>& field, Errors& errors) {
  for (const auto& [name, texts] : row.fields) {
    if (name != key) continue;
    if (texts.empty() || texts.size() > count_max) {
      errors.emplace_back(name + ": expected 1 to " + std::to_string(count_max), row.line);
    }
    for (const std::string& text : texts) {
      auto parsed = codec.parse(text);
      if (parsed) {
        field.push_back(*std::move(parsed));
      } else {
        errors.emplace_back(name + ": " + parsed.error(), row.line);
      }
    }
  }
}

template <typename T>
void Description::rows(std::string key, std::vector<T>& field, RowCodec<T> codec,
                       std::size_t rows_max, std::string comment) {
  const auto set = [&field, codec, rows_max](const Value& value) -> Errors {
    const auto* none = std::get_if<std::vector<std::string>>(&value);
    const auto* rows = std::get_if<Rows>(&value);
    if (rows == nullptr && (none == nullptr || !none->empty())) {
      return {wrong_type("a list of { } tables", value).message};
    }
    std::vector<T> items;
    Errors errors;
    for (const Row& row : rows == nullptr ? Rows() : *rows) {
      for (auto& wrong : check_keys(row, codec.keys)) errors.push_back(std::move(wrong));
      for (auto& wrong : codec.parse(row, items.emplace_back())) errors.push_back(std::move(wrong));
    }
    if (items.size() > rows_max) errors.emplace_back("more than " + std::to_string(rows_max));
    if (errors.empty()) field = std::move(items);
    return errors;
  };
  const auto get = [&field, codec] {
    Rows rows;
    for (const T& item : field) rows.push_back(codec.print(item));
    return Value(std::move(rows));
  };
  add_list(std::move(key), std::move(comment), set, get);
}

}  // namespace picket::config
