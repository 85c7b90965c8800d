// Any bytes as hub.toml and as node.toml: refused with a line that can be shown, or taken, and then
// what is in effect is a file that says the same.
#include <string>

#include "hub/config.h"
#include "node/config.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/text_rules.h"

namespace picket::fuzz {
namespace {

template <typename Config>
void read(std::string_view text) {
  Config config;
  auto description = describe(config);
  const auto errors = description.read("some.toml", text);
  for (const auto& error : errors) {
    expect(error.starts_with("some.toml:"), "an error names the file");
    expect_safe_for_terminal(error);
  }
  const std::string effective = description.effective();
  Config again;
  auto other = describe(again);
  expect(other.read("some.toml", effective).empty(), "what is in effect is a good file");
  expect(other.effective() == effective, "and says the same");
  (void)description.example();
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  const std::string_view text = Input(data, size).rest();
  read<picket::hub::HubConfig>(text);
  read<picket::node::NodeConfig>(text);
  return 0;
}
