#include "common/cli_docs/verbs.h"

#include <CLI/CLI.hpp>
#include <string_view>

namespace picket::cli_docs {
namespace {

// "{a,b}" behind a type's name is what the parser's check adds to it.
std::vector<std::string> choices_of(const std::string& type) {
  const std::size_t begin = type.find('{');
  const std::size_t end = type.find('}', begin);
  std::vector<std::string> choices;
  if (begin == std::string::npos || end == std::string::npos) return choices;
  std::string_view list = std::string_view(type).substr(begin + 1, end - begin - 1);
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    choices.emplace_back(list.substr(0, comma));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return choices;
}

Takes takes_of(const OptionDoc& doc) {
  if (doc.value.empty()) return Takes::kNothing;
  if (!doc.choices.empty()) return Takes::kChoice;
  if (doc.value == "PATH" || doc.value == "FILE") return Takes::kFile;
  return doc.value == "SELECTOR" || doc.value == "NODE" ? Takes::kNode : Takes::kText;
}

OptionDoc doc_of(const CLI::Option& option) {
  OptionDoc doc;
  for (const auto& name : option.get_snames()) doc.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) doc.names.push_back("--" + name);
  doc.choices = choices_of(option.get_type_name());
  doc.summary = option.get_description();
  doc.default_value = option.get_default_str();
  doc.required = option.get_required();
  if (option.get_items_expected_max() > 0) {
    const std::string type = option.get_type_name();
    doc.value = type.substr(0, type.find(':'));
    doc.repeats = option.get_items_expected_max() > 1 ||
                  option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  }
  doc.takes = takes_of(doc);
  return doc;
}

void add(const CLI::App& app, const std::string& path, std::vector<VerbDoc>& verbs) {
  VerbDoc verb{.path = path,
               .summary = app.get_description(),
               .options = {},
               .positionals = {},
               .verbs = {},
               .footer = app.get_footer()};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    auto& list = option->get_positional() ? verb.positionals : verb.options;
    list.push_back(doc_of(*option));
  }
  const auto below =
      app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); });
  for (const CLI::App* each : below) verb.verbs.push_back(each->get_name());
  verbs.push_back(std::move(verb));
  for (const CLI::App* each : below)
    add(*each, path.empty() ? each->get_name() : path + " " + each->get_name(), verbs);
}

}  // namespace

std::vector<VerbDoc> verbs_of(const CLI::App& app) {
  std::vector<VerbDoc> verbs;
  add(app, {}, verbs);
  return verbs;
}

}  // namespace picket::cli_docs
