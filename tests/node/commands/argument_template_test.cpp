#include "node/commands/argument_template.h"

#include "tests/support/catch.h"

namespace picket::node {
namespace {

std::string expanded(const std::string& text, const ParameterValues& values) {
  const auto element = ArgumentTemplate::parse(text);
  REQUIRE(element);
  return element->expand(values);
}

bool is_refused(const std::string& text) { return !ArgumentTemplate::parse(text); }

}  // namespace

TEST_CASE("a value takes its parameter's place, alone or inside an element") {
  const ParameterValues values = {{"service", "nginx"}, {"n", "5"}};
  CHECK(expanded("{service}", values) == "nginx");
  CHECK(expanded("--unit={service}.service", values) == "--unit=nginx.service");
  CHECK(expanded("{n}{service}{n}", values) == "5nginx5");
  CHECK(expanded("plain", values) == "plain");
  CHECK(expanded("", values).empty());
}

TEST_CASE("what a value holds is never read as a template") {
  CHECK(expanded("{a}-{b}", {{"a", "{b}"}, {"b", "{a}"}}) == "{b}-{a}");
  CHECK(expanded("{a}", {{"a", "}}{{"}}) == "}}{{");
}

TEST_CASE("braces are written twice") {
  CHECK(expanded("{{print $1}}", {}) == "{print $1}");
  CHECK(expanded("{{{a}}}", {{"a", "x"}}) == "{x}");
  CHECK(expanded("{{}}", {}) == "{}");
}

TEST_CASE("a brace that is neither is an error") {
  for (const char* text :
       {"{", "}", "{a", "a}", "{}", "{A}", "{a b}", "{1}", "{a}}", "{{a}", "{-}"})
    CHECK(is_refused(text));
}

TEST_CASE("a template knows which parameters it needs") {
  CHECK(ArgumentTemplate::parse("{a}={b}{{c}}")->names() == std::vector<std::string>{"a", "b"});
  CHECK(ArgumentTemplate::parse("x")->names().empty());
}

}  // namespace picket::node
