#include <algorithm>

#include "common/command_label.h"
#include "common/limits.h"
#include "node/commands/allowlist.h"
#include "picket/v1/model.pb.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;

constexpr const char* kRestart = R"([commands.restart]
description = "Starts a service anew"
argv = ["/usr/bin/systemctl", "restart", "{service}.service"]
user = "root"
timeout = "90s"
[commands.restart.parameters.service]
description = "Which"
one_of = ["nginx", "postgresql"]
default = "nginx"
)";

std::vector<std::string> errors_of(const std::string& text) {
  const auto loaded = parse_allowlist("c.toml", text);
  if (!loaded.errors.empty()) CHECK(loaded.commands.empty());
  return loaded.errors;
}

// The only error of an entry `x` with these lines after its first.
std::string error_of(const std::string& lines) {
  const auto errors = errors_of("[commands.x]\nuser = \"root\"\n" + lines);
  REQUIRE(errors.size() == 1);
  return errors[0];
}

std::string with_parameter(const std::string& lines) {
  return "argv = [\"/bin/true\", \"{p}\"]\n[commands.x.parameters.p]\n" + lines;
}

}  // namespace

TEST_CASE("an entry is read with its bounds, and has safe ones by itself") {
  const auto loaded = parse_allowlist("c.toml", std::string(kRestart) + R"([commands.df]
argv = ["/usr/bin/df", "-h"]
user = "nobody"
cwd = "/srv"
env = { TZ = "UTC" }
timeout = "never"
max_output = "1MiB"
concurrency = 3
kill_grace = "1s"
on_disconnect = "continue"
read_only = true
)");
  REQUIRE(loaded.errors.empty());
  const Command& restart = loaded.commands.at("restart");
  CHECK(restart.program() == "/usr/bin/systemctl");
  CHECK(restart.timeout == Milliseconds(90s));
  CHECK(restart.on_disconnect == OnDisconnect::kCancel);
  CHECK(restart.cwd == "/");
  CHECK(restart.concurrency == 1);
  CHECK(restart.output_bytes_max == limits::kCommandOutputBytesMax);
  const Command& df = loaded.commands.at("df");
  CHECK(df.user == "nobody");
  CHECK_FALSE(df.timeout);
  CHECK(df.output_bytes_max == 1024 * 1024);
  CHECK(df.concurrency == 3);
  CHECK(df.kill_grace == Milliseconds(1s));
  CHECK(df.on_disconnect == OnDisconnect::kContinue);
  CHECK(df.read_only);
  CHECK(df.env == std::map<std::string, std::string>{{"TZ", "UTC"}});
}

TEST_CASE("parameters that are given, left out, unknown or wrong") {
  const auto loaded = parse_allowlist("c.toml", kRestart);
  const Command& restart = loaded.commands.at("restart");
  CHECK(check_parameters(restart, {})->at("service") == "nginx");
  CHECK(check_parameters(restart, {{"service", "postgresql"}})->at("service") == "postgresql");
  CHECK(check_parameters(restart, {{"service", "sshd"}}).error() ==
        "service: expected one of: nginx, postgresql");
  CHECK(check_parameters(restart, {{"servic", "nginx"}}).error() ==
        "restart has no such parameter");
  CHECK(*expand(restart, {{"service", "nginx"}}) ==
        std::vector<std::string>{"/usr/bin/systemctl", "restart", "nginx.service"});
}

TEST_CASE("a parameter without a default has to be given") {
  const auto loaded = parse_allowlist(
      "c.toml", "[commands.x]\nuser = \"root\"\n" + with_parameter("min = 1\nmax = 9\n"));
  REQUIRE(loaded.errors.empty());
  CHECK(check_parameters(loaded.commands.at("x"), {}).error() == "p: must be given");
  CHECK(check_parameters(loaded.commands.at("x"), {{"p", "9"}}));
}

TEST_CASE("each mistake of the file is told with its line, and then nothing is allowed") {
  CHECK(error_of("argv = []\n") ==
        "c.toml:3: commands.x.argv: expected at least one: text in quotes");
  CHECK(error_of("") == "c.toml:1: commands.x: expected the key argv");
  CHECK(error_of("argv = [\"/bin/true\"]\nusr = \"x\"\n") ==
        "c.toml:4: commands.x.usr: unknown key, did you mean \"user\"?");
  CHECK(error_of("argv = [\"true\"]\n") ==
        "c.toml:3: commands.x.argv: expected the absolute path of a program first, without "
        "parameters, found \"true\"");
  CHECK(error_of("argv = [\"/bin/../bin/true\"]\n").find("absolute path") != std::string::npos);
  CHECK(error_of("argv = [\"/bin/true\", \"{p}\"]\n") ==
        "c.toml:3: commands.x.argv: expected a section [commands.x.parameters.p] for {p}");
  CHECK(error_of("argv = [\"/bin/true\"]\nparameters.p.one_of = [\"a\"]\n") ==
        "c.toml:4: commands.x.parameters.p: expected {p} in argv, which does not use it");
  CHECK(error_of("argv = [\"/bin/true\", \"{\"]\n").find("c.toml:3: ") == 0);
  CHECK(error_of("argv = [\"/bin/true\", \"a\\u0000b\"]\n") ==
        "c.toml:3: commands.x.argv: expected text without NUL");
  CHECK(error_of("argv = [\"/bin/true\"]\ncwd = \"tmp\"\n").find("c.toml:4: commands.x.cwd") == 0);
  CHECK(error_of("argv = [\"/bin/true\"]\nenv = { \"A B\" = \"x\" }\n").find("variable") !=
        std::string::npos);
  CHECK(error_of("argv = [\"/bin/true\"]\nenv = { A = \"\\u0000\" }\n").find("c.toml:4: ") == 0);
  CHECK(error_of("argv = [\"/bin/true\"]\ntimeout = \"1y\"\n").find("c.toml:4: ") == 0);
  CHECK(error_of("argv = [\"/bin/true\"]\nconcurrency = 0\n").find("1 to 32") != std::string::npos);
  CHECK(error_of("argv = [\"/bin/true\"]\non_disconnect = \"stop\"\n").find("\"cancel\"") !=
        std::string::npos);
  CHECK(error_of("argv = [\"/bin/true\"]\nuser = \"x\"\n").find("c.toml:4: not TOML") == 0);
}

TEST_CASE("each mistake of a parameter is told with its line") {
  CHECK(error_of(with_parameter("")) ==
        "c.toml:4: commands.x.parameters.p: expected one of these keys: one_of, pattern, min and "
        "max, or path_under");
  const auto refused = [](const std::string& lines, const std::string& beginning) {
    INFO(lines);
    CHECK(error_of(with_parameter(lines)).find("c.toml:" + beginning) == 0);
  };
  refused("one_of = [\"a\"]\npattern = \"a\"\n", "4: commands.x.parameters.p: expected only one");
  refused("one_of = []\n", "5: ");
  refused("one_of = [\"-a\"]\n", "5: commands.x.parameters.p.one_of: \"-a\": ");
  refused("one_of = [\"a\\nb\"]\n", "5: ");
  refused("pattern = \"(\"\n", "5: commands.x.parameters.p.pattern: not a regular expression");
  refused("pattern = \"a\"\nmax_length = 0\n", "6: ");
  refused("pattern = \"a\"\nallow_empty = true\n", "6: ");
  refused("one_of = [\"a\"]\nmax_length = 5\n", "6: commands.x.parameters.p.max_length: belongs");
  refused("min = 1\n", "5: commands.x.parameters.p.min: expected min and max");
  refused("min = 2\nmax = 1\n", "6: ");
  refused("min = -1\nmax = 1\n", "5: commands.x.parameters.p.min: expected allow_leading_dash");
  refused("path_under = \"srv\"\n", "5: ");
  refused("path_under = \"/srv/\"\n", "5: ");
  refused("one_of = [\"a\"]\ndefault = \"b\"\n", "6: commands.x.parameters.p.default: expected");
  refused("one_of = [\"a\"]\ndefualt = \"a\"\n", "6: ");
}

TEST_CASE("labels and names of parameters are words that can be typed") {
  for (const char* label : {"a b", "", "-x", ".x", "é", "a/b", "a\\n", "@all"})
    CHECK(errors_of(std::string("[commands.\"") + label +
                    "\"]\nargv = [\"/bin/true\"]\nuser = \"root\"\n")
              .size() == 1);
  CHECK(is_command_label(std::string(limits::kCommandNameBytesMax, 'a')));
  CHECK_FALSE(is_command_label(std::string(limits::kCommandNameBytesMax + 1, 'a')));
  CHECK(is_parameter_name("service_name-2"));
  for (const char* name : {"", "A", "1a", "-a", "a b", "a.b", "a}"})
    CHECK_FALSE(is_parameter_name(name));
}

TEST_CASE("a file holds commands and nothing else, and not without end") {
  CHECK(errors_of("[command.x]\n").size() == 1);
  CHECK(errors_of("commands = 1\n").size() == 1);
  CHECK(errors_of("[commands]\nx = 1\n").size() == 1);
  CHECK(errors_of("").empty());
  std::string text;
  for (std::size_t i = 0; i < limits::kCommandsMax; ++i)
    text += "[commands.x" + std::to_string(i) + "]\nargv = [\"/bin/true\"]\nuser = \"root\"\n";
  CHECK(errors_of(text).empty());
  CHECK(errors_of(text + "[commands.y]\nargv = [\"/bin/true\"]\nuser = \"root\"\n").size() == 1);
}

TEST_CASE("an argument vector has limits, written and with its parameters") {
  std::string argv = "argv = [\"/bin/true\"";
  for (std::size_t i = 1; i < limits::kCommandArgumentsMax; ++i) argv += ", \"{p}{p}{p}\"";
  const std::string parameter = "[commands.x.parameters.p]\npattern = \"a*\"\nmax_length = 1024\n";
  const auto loaded =
      parse_allowlist("c.toml", "[commands.x]\nuser = \"root\"\n" + argv + "]\n" + parameter);
  REQUIRE(loaded.errors.empty());
  const Command& command = loaded.commands.at("x");
  CHECK(expand(command, {{"p", std::string(100, 'a')}}));
  CHECK_FALSE(expand(command, {{"p", std::string(1000, 'a')}}));
  CHECK(error_of(argv + ", \"one more\"]\n" + parameter).find("at most 64") != std::string::npos);
}

TEST_CASE("what is published says nothing of what is run, as whom, and with what") {
  const auto loaded = parse_allowlist("c.toml", R"([commands.secret]
description = "Does it"
argv = ["/opt/hidden/tool", "--token", "{n}", "{path}", "{word}"]
user = "operator"
env = { PASSWORD = "hunter2" }
cwd = "/opt/hidden"
read_only = true
[commands.secret.parameters.n]
min = -3
max = 9
allow_leading_dash = true
default = "-1"
[commands.secret.parameters.path]
path_under = "/srv"
[commands.secret.parameters.word]
pattern = "[a-z]+"
max_length = 8
)");
  REQUIRE(loaded.errors.empty());
  const v1::Commands commands = published(loaded.commands);
  REQUIRE(commands.rows_size() == 1);
  const v1::Command& row = commands.rows(0);
  CHECK(row.label() == "secret");
  CHECK(row.description() == "Does it");
  CHECK(row.read_only());
  CHECK(row.timeout_ms() == 600'000);
  REQUIRE(row.parameters_size() == 3);
  CHECK(row.parameters(0).whole_number().min() == -3);
  CHECK(row.parameters(0).default_value() == "-1");
  CHECK(row.parameters(0).allow_leading_dash());
  CHECK(row.parameters(1).path_under() == "/srv");
  CHECK_FALSE(row.parameters(1).has_default_value());
  CHECK(row.parameters(2).matching().pattern() == "[a-z]+");
  CHECK(row.parameters(2).matching().bytes_max() == 8);
  const std::string bytes = commands.SerializeAsString();
  for (const char* hidden : {"hidden", "token", "operator", "PASSWORD", "hunter2"})
    CHECK(bytes.find(hidden) == std::string::npos);
}

}  // namespace picket::node
