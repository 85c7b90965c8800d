#include "common/cli_docs/man_page.h"

#include <algorithm>
#include <string_view>

namespace picket::cli_docs {
namespace {

// groff_char(7): a bare "-" is a hyphen, a backslash begins an escape, and so does a dot or an
// apostrophe at the start of a line.
std::string escaped(std::string_view text) {
  std::string roff;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) roff += "\\&";
    line_begins = c == '\n';
    switch (c) {
      case '\\': roff += "\\e"; break;
      case '-': roff += "\\-"; break;
      case '\'': roff += "\\(aq"; break;
      case '`': roff += "\\(ga"; break;
      case '^': roff += "\\(ha"; break;
      case '~': roff += "\\(ti"; break;
      default: roff += c;
    }
  }
  return roff;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }

std::string sentence(std::string_view text) {
  std::string line(text);
  if (!line.empty() && line.back() != '.') line += '.';
  return escaped(line) + "\n";
}

std::string value_of(const OptionDoc& option) {
  std::string value;
  for (const std::string& choice : option.choices)
    value += (value.empty() ? "" : "|") + bold(choice);
  return value.empty() ? italic(option.value) : value;
}

std::string item(const std::string& tag, const std::string& text) {
  return ".TP\n" + tag + "\n" + text;
}

std::string option_item(const OptionDoc& option) {
  std::string tag;
  for (const std::string& name : option.names) tag += (tag.empty() ? "" : ", ") + bold(name);
  if (!option.value.empty()) tag += (tag.empty() ? "" : " ") + value_of(option);
  if (option.repeats) tag += " ...";
  std::string text = sentence(option.summary);
  if (option.required && !option.names.empty()) text += "Required.\n";
  if (!option.default_value.empty()) text += "Default: " + bold(option.default_value) + ".\n";
  return item(tag, text);
}

std::string usage(const ManPage& about, const VerbDoc& verb) {
  std::string line = bold(verb.path.empty() ? about.program : about.program + " " + verb.path);
  for (const auto& option : verb.options) {
    if (option.required) line += " " + bold(option.names.back()) + " " + value_of(option);
  }
  const bool has_more =
      std::ranges::any_of(verb.options, [](const auto& option) { return !option.required; });
  if (has_more) line += " [" + italic("OPTIONS") + "]";
  if (!verb.verbs.empty()) line += " [" + italic("VERB") + "]";
  for (const auto& positional : verb.positionals) {
    const std::string value = value_of(positional) + (positional.repeats ? " ..." : "");
    line += positional.required ? " " + value : " [" + value + "]";
  }
  return line + "\n";
}

std::string footer(const std::string& text) {
  return text.empty() ? "" : ".PP\n.nf\n" + escaped(text) + "\n.fi\n";
}

std::string verb_section(const ManPage& about, const VerbDoc& verb) {
  std::string text = ".SS " + usage(about, verb) + sentence(verb.summary);
  for (const auto& positional : verb.positionals) text += option_item(positional);
  for (const auto& option : verb.options) {
    if (option.names.back() != "--help") text += option_item(option);
  }
  return text + (verb.verbs.empty() ? footer(verb.footer) : "");
}

std::string items(const std::string& title,
                  const std::vector<std::pair<std::string, std::string>>& rows) {
  if (rows.empty()) return {};
  std::string text = ".SH " + title + "\n";
  for (const auto& [name, meaning] : rows) text += item(bold(name), sentence(meaning));
  return text;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  return text;
}

}  // namespace

std::string man_page(const ManPage& about, const std::vector<VerbDoc>& verbs) {
  const VerbDoc& program = verbs.front();
  std::string page = ".TH " + upper(escaped(about.program)) + " " + std::to_string(about.section) +
                     " \"\" \"picket " + about.version + "\"\n";
  page += ".SH NAME\n" + escaped(about.program) + " \\- " + escaped(about.summary) + "\n";
  page += ".SH SYNOPSIS\n" + usage(about, program);
  page += ".SH DESCRIPTION\n" + sentence(program.summary);
  page += ".SH OPTIONS\n";
  for (const auto& option : program.options) page += option_item(option);
  if (verbs.size() > 1) page += ".SH VERBS\n";
  for (std::size_t at = 1; at < verbs.size(); ++at) page += verb_section(about, verbs[at]);
  page += items("FILES", about.files) + items("EXIT STATUS", about.exit_codes);
  if (about.see_also.empty()) return page;
  page += ".SH SEE ALSO\n";
  for (const std::string& other : about.see_also)
    page += bold(other) + (&other == &about.see_also.back() ? "\n" : ",\n");
  return page;
}

}  // namespace picket::cli_docs
