// T8: what strangers may give as parameters, against each type of them. Either it is refused, or
// the argument vector is the template with exactly these bytes in it.
#include <set>

#include "common/utf8.h"
#include "node/commands/allowlist.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_text.h"

namespace picket::node {
namespace {

constexpr const char* kAllowlist = R"(
[commands.one_of]
argv = ["/bin/spy", "{p}", "--unit={p}.service", "{{p}}"]
user = "root"
parameters.p.one_of = ["nginx", "postgresql"]
[commands.pattern]
argv = ["/bin/spy", "{p}", "--unit={p}.service", "{{p}}"]
user = "root"
parameters.p.pattern = "[a-z0-9.@-]+"
[commands.anything]
argv = ["/bin/spy", "{p}", "--unit={p}.service", "{{p}}"]
user = "root"
[commands.anything.parameters.p]
pattern = "(?s).*"
max_length = 1024
allow_empty = true
[commands.number]
argv = ["/bin/spy", "{p}", "--unit={p}.service", "{{p}}"]
user = "root"
[commands.number.parameters.p]
min = 0
max = 100
[commands.path]
argv = ["/bin/spy", "{p}", "--unit={p}.service", "{{p}}"]
user = "root"
parameters.p.path_under = "/srv/data"
)";

// By another way than the code's: bytes, and the sequences of UTF-8 that must never pass.
bool never_passes(const std::string& value) {
  if (value.starts_with('-') || value.size() > 1024 || to_valid_utf8(value) != value) return true;
  for (const char c : value)
    if ((static_cast<unsigned char>(c) < 0x20) || c == 0x7f) return true;
  for (char c = '\x80'; c <= '\x9f'; ++c)
    if (value.find(std::string("\xc2") + c) != std::string::npos) return true;
  return value.find("\xe2\x80\xa8") != std::string::npos ||
         value.find("\xe2\x80\xa9") != std::string::npos;
}

}  // namespace

TEST_CASE("T8: each hostile parameter is refused, or stands in the template as it is") {
  const auto loaded = parse_allowlist("commands.toml", kAllowlist);
  REQUIRE(loaded.errors.empty());
  REQUIRE(loaded.commands.size() == 5);
  const auto values = test::hostile_parameters();
  REQUIRE(std::set<std::string>(values.begin(), values.end()).size() >= 300);
  std::map<std::string, int> passed;
  for (const auto& [label, command] : loaded.commands) {
    for (const std::string& value : values) {
      INFO(label << ": " << value);
      const auto checked = check_parameters(command, {{"p", value}});
      if (!checked) continue;
      ++passed[label];
      CHECK_FALSE(never_passes(value));
      const auto argv = expand(command, *checked);
      REQUIRE(argv);
      CHECK(*argv ==
            std::vector<std::string>{"/bin/spy", value, "--unit=" + value + ".service", "{p}"});
    }
  }
  CHECK(passed["one_of"] == 2);
  CHECK(passed["number"] == 4);  // 0, 1, 42, 100
  CHECK(passed["anything"] > 100);
  CHECK(passed["path"] > 5);
  CHECK(passed["pattern"] > 5);
}

}  // namespace picket::node
