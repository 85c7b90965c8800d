#include "integrations/delivery/login_failures.h"

#include "integrations/delivery/counted.h"

namespace picket::delivery {
namespace {

constexpr std::size_t kNodesMax = 5000;
constexpr std::size_t kSourcesShown = 3;

}  // namespace

std::string LoginFailures::take(const Facts& facts) {
  if (is_failed_login(facts.kind)) {
    if (!nodes_.contains(facts.node) && nodes_.size() >= kNodesMax) return {};
    v1::FailuresOfNode& failures = nodes_[facts.node];
    if (is_known_attempt(*failures.mutable_attempts(), facts.attempt)) return {};
    failures.set_count(failures.count() + 1);
    count(*failures.mutable_sources(), facts.source);
    return {};
  }
  if (!is_login(facts.kind)) return {};
  const auto found = nodes_.find(facts.node);
  if (found == nodes_.end()) return {};
  const v1::FailuresOfNode& failures = found->second;
  std::string words = number_words(failures.count()) +
                      (failures.count() == 1 ? " failed login" : " failed logins") +
                      " there since the last one";
  const std::string sources = top_words(failures.sources(), kSourcesShown);
  if (!sources.empty()) words += ": " + sources;
  nodes_.erase(found);
  return words;
}

void LoginFailures::save(v1::BridgeState& state) const {
  for (const auto& [node, failures] : nodes_) {
    *state.add_failures() = failures;
    state.mutable_failures(state.failures_size() - 1)->set_node(node);
  }
}

void LoginFailures::restore(const v1::BridgeState& state) {
  for (const auto& failures : state.failures()) nodes_[failures.node()] = failures;
}

}  // namespace picket::delivery
