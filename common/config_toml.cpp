// Reads a TOML tree into a Description's fields.
#include <algorithm>

#include "common/config.h"
#include "common/text.h"
#include "common/toml_tree.h"

namespace picket::config {
namespace {

class Reader {
 public:
  Reader(const Description& description, std::string prefix, FileErrors& errors)
      : description_(description), prefix_(std::move(prefix)), errors_(errors) {}

  void read(const TomlNode& root, std::span<const std::string_view> elsewhere) {
    for (const TomlNode& entry : root.entries) {
      if (std::ranges::find(elsewhere, entry.key) != elsewhere.end()) continue;
      const auto* section = find_section(entry.key);
      if (section == nullptr) {
        read_key(description_.sections().front(), entry);
      } else if (entry.is_table) {
        for (const TomlNode& inner : entry.entries) read_key(*section, inner);
      } else {
        errors_.add(entry.key_line, prefix_ + entry.key,
                    "expected a section [" + section->name + "]");
      }
    }
  }

 private:
  const Description::Section* find_section(std::string_view name) const {
    for (const auto& section : description_.sections()) {
      if (!section.name.empty() && section.name == name) return &section;
    }
    return nullptr;
  }

  void read_key(const Description::Section& section, const TomlNode& entry) {
    const auto found = std::ranges::find(section.keys, entry.key, &Description::Key::name);
    if (found == section.keys.end()) {
      fail_unknown(section, entry);
      return;
    }
    for (const auto& [what, line] : found->set(entry.value)) {
      errors_.add(line == 0 ? entry.line : line, prefix_ + full_name(section, entry.key), what);
    }
  }

  void fail_unknown(const Description::Section& section, const TomlNode& entry) {
    std::string what = entry.is_table ? "unknown section" : "unknown key";
    const auto meant = closest_name(section, entry.key, entry.is_table);
    if (meant) what += ", did you mean \"" + *meant + "\"?";
    errors_.add(entry.key_line, prefix_ + full_name(section, entry.key), what);
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

  const Description& description_;
  std::string prefix_;
  FileErrors& errors_;
};

}  // namespace

std::vector<std::string> Description::read(std::string_view file_name, std::string_view text) {
  FileErrors errors(file_name);
  if (const auto root = parse_toml(text, errors)) Reader(*this, "", errors).read(*root, {});
  return errors.lines();
}

void Description::read_table(const TomlNode& table, std::string_view prefix,
                             std::span<const std::string_view> elsewhere, FileErrors& errors) {
  Reader(*this, std::string(prefix), errors).read(table, elsewhere);
}

}  // namespace picket::config
