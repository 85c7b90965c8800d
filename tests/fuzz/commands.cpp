// A whole allowlist, and a stranger's parameters for what it allows. An input is a piece, the text
// of the file, and then values.
#include <string>

#include "common/limits.h"
#include "common/utf8.h"
#include "node/commands/allowlist.h"
#include "node/import_secmon_commands.h"
#include "picket/v1/model.pb.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/text_rules.h"

namespace picket::fuzz {
namespace {

using node::Command;
using node::LoadedAllowlist;
using node::ParameterValues;

// Whatever the rule was: what a program must never be handed.
void check_passed(const node::Parameter& parameter, const std::string& value) {
  expect(value.size() <= limits::kCommandValueBytesMax, "values are bounded");
  expect(to_valid_utf8(value) == value, "values are UTF-8");
  expect(parameter.allow_leading_dash || !value.starts_with('-'), "no value is an option");
  for (const char c : value)
    expect(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "no control character passes");
}

void try_values(const Command& command, std::string_view bytes) {
  Input input(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  ParameterValues given;
  for (const auto& parameter : command.parameters)
    if (!input.empty()) given.emplace(parameter.name, input.until('\xff'));
  const auto values = check_parameters(command, given);
  if (!values) return;
  for (const auto& parameter : command.parameters)
    check_passed(parameter, values->at(parameter.name));
  const auto argv = expand(command, *values);
  if (!argv) return;
  expect(argv->size() == command.argv.size(), "a value never becomes another argument");
  expect(argv->front() == command.program(), "nor another program");
}

void read(std::string_view text, std::string_view values) {
  const LoadedAllowlist loaded = node::parse_allowlist("commands.toml", text);
  expect(loaded.errors.empty() || loaded.commands.empty(), "a bad file allows nothing");
  for (const auto& error : loaded.errors) {
    expect(error.starts_with("commands.toml:"), "an error names the file");
    expect_safe_for_terminal(error);
  }
  const auto told = published(loaded.commands);
  expect(told.ByteSizeLong() <= limits::kCommandsPublishedBytesMax, "what is told is bounded");
  expect(v1::Commands().ParseFromString(told.SerializeAsString()), "and can be read");
  for (const auto& [label, command] : loaded.commands) try_values(command, values);
}

void import(std::string_view text) {
  const auto loaded = node::parse_allowlist("commands.toml", node::import_secmon_commands(text));
  if (text.size() < limits::kCommandArgvBytesMax / 4)
    for (const auto& error : loaded.errors)
      expect(error.find("at most") != std::string::npos, "what is imported is an allowlist");
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  Input input(data, size);
  const std::string_view text = input.piece();
  read(text, input.rest());
  import(text);
  return 0;
}
