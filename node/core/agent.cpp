#include "node/core/agent.h"

#include <algorithm>
#include <utility>

namespace picket::node {
namespace {

constexpr std::size_t kRefreshesWaitingMax = 64;  // for one answer

}  // namespace

Agent::Agent(v1::NodeHello hello, const Clock& clock, Refresh refresh)
    : hello_(std::move(hello)), clock_(clock), refresh_(std::move(refresh)) {}

void Agent::publish(v1::ResourceValue value) {
  const std::string resource = value.resource();
  auto& latest = values_[resource];
  latest = std::move(value);
  if (latest.has_host()) *hello_.mutable_facts() = latest.host();
  for (auto* link : links_) link->send_value(latest);
}

void Agent::refresh(const std::string& resource, Answer answer) {
  const auto& known = hello_.resources();
  // The hub asks only for what hello named; anything else is not answered, and its deadline passes.
  if (std::find(known.begin(), known.end(), resource) == known.end()) return;
  auto& waiting = waiting_[resource];
  // A collector that stopped never answers; with so many, or a hub that means ill, ask anew.
  if (waiting.size() >= kRefreshesWaitingMax) waiting.clear();
  waiting.push_back(std::move(answer));
  if (waiting.size() > 1) return;
  refresh_(resource, [this, resource](const v1::ResourceValue& value) {
    for (const Answer& each : std::exchange(waiting_[resource], {})) each(value);
  });
}

void Agent::retire(const v1::ResourceValue& value) {
  publish(value);
  for (const Answer& each : std::exchange(waiting_[value.resource()], {})) each(value);
}

void Agent::stop(const std::string& reason) {
  const auto links = links_;
  for (auto* link : links) link->say_goodbye(reason);
}

}  // namespace picket::node
