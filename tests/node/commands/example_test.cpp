#include "node/commands/allowlist.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/uncommented.h"

namespace picket::node {

TEST_CASE("the example allows nothing as it is, and is a good allowlist once switched on") {
  const std::string example = test::read(PICKET_SOURCE "/deploy/examples/commands.toml");
  const auto as_it_is = parse_allowlist("commands.toml", example);
  CHECK(as_it_is.errors.empty());
  CHECK(as_it_is.commands.empty());
  const auto switched_on = parse_allowlist("commands.toml", test::uncommented(example));
  CHECK(switched_on.errors.empty());
  CHECK(switched_on.commands.size() == 5);
}

TEST_CASE("every key of the allowlist is in the example") {
  const std::string example = test::read(PICKET_SOURCE "/deploy/examples/commands.toml");
  for (const char* key :
       {"description", "argv",       "user",       "cwd",         "env",
        "timeout",     "kill_grace", "max_output", "concurrency", "on_disconnect",
        "read_only",   "one_of",     "pattern",    "max_length",  "allow_empty",
        "min",         "max",        "path_under", "default",     "allow_leading_dash"})
    CHECK(example.find(std::string(key) + " = ") != std::string::npos);
}

}  // namespace picket::node
