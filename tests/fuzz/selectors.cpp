// Which nodes and kinds a client means, one a line: a list asked for and a subscription mean the
// same ones.
#include "hub/core/selector.h"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/support/virtual_clock.h"

namespace picket::fuzz {
namespace {

hub::State make_state() {
  static const test::VirtualClock clock;
  hub::State state(clock, 0);
  for (const char* name : {"web1", "web2", "db-1.example"}) {
    hub::Connected node;
    node.node = name;
    node.address = node.node == "web1" ? "192.0.2.7:50122" : "[2001:db8::7]:50122";
    (void)state.connected(node, false);
  }
  return state;
}

v1::Filter filter_of(Input& input) {
  v1::Filter filter;
  while (!input.empty()) {
    const std::string line(input.until('\n'));
    if (line.starts_with('=')) {
      filter.add_kinds(line.substr(1));
    } else {
      filter.add_nodes(line);
    }
  }
  return filter;
}

void check(const hub::State& state, const v1::Filter& filter) {
  const std::vector<std::string> selectors(filter.nodes().begin(), filter.nodes().end());
  if (!hub::are_selectors(filter.nodes()) || !hub::are_selectors(filter.kinds())) return;
  const auto names = hub::select_nodes(state, selectors);
  const auto made = hub::UpdateFilter::make(state, filter);
  expect(static_cast<bool>(names) == static_cast<bool>(made), "both know the nodes, or neither");
  if (!names) return;
  expect(std::is_sorted(names->begin(), names->end()), "names come in their order");
  for (const auto& [name, node] : state.nodes()) {
    const bool listed = std::find(names->begin(), names->end(), name) != names->end();
    expect(made->matches_node(name) == listed, "both mean the same nodes");
    expect(listed || !made->matches(name, "session.opened"), "a node must be meant, too");
  }
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  static const auto* const kState = new picket::hub::State(make_state());
  Input input(data, size);
  check(*kState, filter_of(input));
  return 0;
}
