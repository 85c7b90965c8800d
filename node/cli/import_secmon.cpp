#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include "common/config.h"
#include "common/text.h"
#include "node/cli/commands.h"
#include "node/import_secmon.h"
#include "node/import_secmon_commands.h"

namespace picket::node {
namespace {

Result<std::string> read_input(const std::string& file) {
  if (file != "-") return config::read_file(file, config::IfMissing::kError);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

int fail(const std::string& why) {
  std::fprintf(stderr, "picket-node: %s\n", escape_for_terminal(why).c_str());
  return 1;
}

}  // namespace

int import_secmon_commands(const std::string& file) {
  const auto text = read_input(file);
  if (!text) return fail(text.error());
  std::fputs(import_secmon_commands(std::string_view(*text)).c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : 1;
}

int import_secmon(const std::string& file) {
  const auto text = read_input(file);
  if (!text) return fail(text.error());
  const ImportedSecmon imported = import_secmon(std::string_view(*text));
  for (const auto& error : imported.errors)
    std::fprintf(stderr, "%s:%s\n", escape_for_terminal(file).c_str(), error.c_str());
  for (const auto& note : imported.notes)
    std::fprintf(stderr, "note: %s\n", escape_for_terminal(note).c_str());
  if (!imported.errors.empty()) return 2;
  std::fputs(imported.config.c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace picket::node
