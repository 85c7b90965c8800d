#include "node/import_secmon_commands.h"

#include "node/commands/allowlist.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

// The argument vectors of what was imported, which must be a good allowlist.
std::map<std::string, std::vector<std::string>> imported(const std::string& text) {
  const std::string file = import_secmon_commands(text);
  INFO(file);
  const auto loaded = parse_allowlist("commands.toml", file);
  CHECK(loaded.errors.empty());
  std::map<std::string, std::vector<std::string>> argvs;
  for (const auto& [label, command] : loaded.commands) argvs[label] = *expand(command, {});
  return argvs;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("SM19: secmon's commands become an allowlist with the same argument vectors") {
  const auto argvs = imported(
      "disk=/usr/bin/df -h\nquoted=/bin/echo 'a b' \"c \\\"d\\\" \\x\" e\\ f ''\n"
      "braces=/usr/bin/awk '{print $1}'\nequals=/bin/dd if=/dev/null\n");
  CHECK(argvs.at("disk") == Words{"/usr/bin/df", "-h"});
  CHECK(argvs.at("quoted") == Words{"/bin/echo", "a b", "c \"d\" \\x", "e f", ""});
  CHECK(argvs.at("braces") == Words{"/usr/bin/awk", "{print $1}"});
  CHECK(argvs.at("equals") == Words{"/bin/dd", "if=/dev/null"});
}

TEST_CASE("SM19: the first of a label counts, and labels become words that can be typed") {
  const auto argvs = imported(
      "a=/bin/true 1\na=/bin/true 2\ndisk usage=/bin/df\ndisk/usage=/bin/ls\n"
      "=/bin/x\n -=/bin/y\n");
  CHECK(argvs.at("a") == Words{"/bin/true", "1"});
  CHECK(argvs.at("disk-usage") == Words{"/bin/df"});
  CHECK(argvs.at("disk-usage-2") == Words{"/bin/ls"});
  CHECK(argvs.at("command") == Words{"/bin/x"});
  CHECK(argvs.size() == 5);
  CHECK(import_secmon_commands("disk usage=/bin/df\n").find("# It was called: disk usage\n") !=
        std::string::npos);
}

TEST_CASE("SM20: what can't be taken over is a comment that says what to do") {
  for (const char* line : {"a=df -h", "a=", "a=   ", "a=/bin/echo 'x", "a=/bin/echo \\", "a",
                           "a=./x", "a=/bin/../x"}) {
    const std::string file = import_secmon_commands(line);
    INFO(file);
    CHECK(imported(line).empty());
    CHECK(file.find("\n# Left out: ") != std::string::npos);
    CHECK(file.find(line) != std::string::npos);
  }
  CHECK(import_secmon_commands("a=df").find("absolute path") != std::string::npos);
}

TEST_CASE("no text of secmon's file becomes more than a comment or a string") {
  for (const char* line :
       {"a\"]\n[commands.b=/bin/sh", "a=/bin/echo \"\"\"", "a\x01=/bin/true", "\xff=/bin/true",
        "a=df \x1b[31m\r[x]", "a=/bin/echo '\"\"\"' '\\u0041' \xff"})
    imported(line);
  CHECK(imported(std::string("a=/bin/echo \0", 13)).empty());
}

}  // namespace picket::node
