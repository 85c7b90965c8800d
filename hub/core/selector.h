// Which nodes a person means: a name, a glob over names, an address, "@all".
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/limits.h"
#include "common/result.h"
#include "hub/core/state.h"

namespace picket::hub {

/// Whether each is short enough: matching costs time.
template <typename Texts>
bool are_selectors(const Texts& texts) {
  return std::all_of(texts.begin(), texts.end(), [](const std::string& text) {
    return text.size() <= limits::kSelectorBytesMax;
  });
}

/// "@all" or with wildcards: may match nothing without being a mistake.
bool is_node_pattern(std::string_view selector);

/// Names of the nodes that any of `selectors` matches, in order of name; none given: all. Error: a
/// selector without wildcard matches nothing (its text), so that a mistyped name is noticed.
Result<std::vector<std::string>> select_nodes(const State& state,
                                              const std::vector<std::string>& selectors);

/// What a subscription delivers. Patterns are matched against each update, so that nodes that come
/// later are found; names, addresses and host names mean the nodes that they match when it is made.
class UpdateFilter {
 public:
  UpdateFilter() = default;
  static Result<UpdateFilter> make(const State& state, const v1::Filter& filter);
  bool matches(std::string_view node, std::string_view kind) const;
  bool matches_node(std::string_view node) const;

 private:
  bool all_nodes_ = true;
  std::set<std::string, std::less<>> names_;
  std::vector<std::string> name_patterns_;
  std::vector<std::string> kind_patterns_;
};

}  // namespace picket::hub
