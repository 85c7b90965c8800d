#include "integrations/delivery/login_failures.h"

#include <algorithm>

#include "integrations/delivery/counted.h"

namespace picket::delivery {
namespace {

constexpr std::size_t kNodesMax = 10'000;
constexpr std::size_t kSourcesShown = 3;

}  // namespace

void LoginFailures::count(const Facts& facts) {
  if (!is_failed_login(facts.kind)) return;
  if (!nodes_.contains(facts.node)) make_room();
  v1::FailuresOfNode& failures = nodes_[facts.node];
  failures.set_last_unix_ns(to_unix_ns(facts.received));
  if (is_known_attempt(*failures.mutable_attempts(), facts.attempt, kAttemptsOfOne)) return;
  failures.set_count(failures.count() + 1);
  delivery::count(*failures.mutable_sources(), facts.source);
}

uint64_t LoginFailures::count_of(const Facts& facts) const {
  const auto found = is_login(facts.kind) ? nodes_.find(facts.node) : nodes_.end();
  return found == nodes_.end() ? 0 : found->second.count();
}

std::string LoginFailures::take(const Facts& facts) {
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

// The one longest without a failure is most likely gone.
void LoginFailures::make_room() {
  if (nodes_.size() < kNodesMax) return;
  nodes_.erase(std::ranges::min_element(
      nodes_, {}, [](const auto& entry) { return entry.second.last_unix_ns(); }));
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
