#include "hub/core/selector.h"

#include <algorithm>

#include "common/text.h"

namespace picket::hub {
namespace {

constexpr std::string_view kAll = "@all";

/// "[2001:db8::7]:50122" -> "2001:db8::7", "192.0.2.7:50122" -> "192.0.2.7".
std::string_view host_of(std::string_view address) {
  if (address.starts_with('[')) return address.substr(1, address.find(']') - 1);
  if (std::count(address.begin(), address.end(), ':') == 1)
    return address.substr(0, address.find(':'));
  return address;
}

bool matches(std::string_view selector, const std::string& name, const NodeRecord& node) {
  if (selector == kAll) return true;
  if (is_node_pattern(selector)) return glob_matches(selector, name);
  // Not the host name: a node says it, and could so take what is meant for another.
  return selector == name || selector == node.address || selector == host_of(node.address);
}

}  // namespace

bool is_node_pattern(std::string_view selector) { return selector == kAll || is_glob(selector); }

Result<std::vector<std::string>> select_nodes(const State& state,
                                              const std::vector<std::string>& selectors) {
  std::vector<std::string> names;
  if (selectors.empty()) {
    for (const auto& [name, node] : state.nodes()) names.push_back(name);
    return names;
  }
  std::set<std::string> found;
  for (const auto& selector : selectors) {
    bool any = is_node_pattern(selector);
    for (const auto& [name, node] : state.nodes()) {
      if (!matches(selector, name, node)) continue;
      any = true;
      found.insert(name);
    }
    if (!any) return Error{selector};
  }
  names.assign(found.begin(), found.end());
  return names;
}

Result<UpdateFilter> UpdateFilter::make(const State& state, const v1::Filter& filter) {
  UpdateFilter result;
  result.all_nodes_ = filter.nodes().empty();
  std::vector<std::string> plain;
  for (const auto& selector : filter.nodes()) {
    if (selector == kAll) {
      result.name_patterns_.emplace_back("?*");  // every node, but not the hub, which has no name
    } else if (is_node_pattern(selector)) {
      result.name_patterns_.push_back(selector);
    } else {
      plain.push_back(selector);
    }
  }
  if (!plain.empty()) {
    auto names = select_nodes(state, plain);
    if (!names) return Error{names.error()};
    result.names_.insert(names->begin(), names->end());
  }
  result.kind_patterns_.assign(filter.kinds().begin(), filter.kinds().end());
  return result;
}

bool UpdateFilter::matches_node(std::string_view node) const {
  if (all_nodes_ || names_.contains(node)) return true;
  return std::any_of(name_patterns_.begin(), name_patterns_.end(),
                     [&](const auto& pattern) { return glob_matches(pattern, node); });
}

bool UpdateFilter::matches(std::string_view node, std::string_view kind) const {
  if (!matches_node(node)) return false;
  if (kind_patterns_.empty()) return true;
  return std::any_of(kind_patterns_.begin(), kind_patterns_.end(),
                     [&](const auto& pattern) { return glob_matches(pattern, kind); });
}

}  // namespace picket::hub
