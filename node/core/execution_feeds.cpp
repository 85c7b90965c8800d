#include "node/core/execution_feeds.h"

#include <utility>

#include "node/core/execution_feed.h"

namespace picket::node {

void ExecutionFeeds::set_runner(CommandRunner* runner, const std::string& reason) {
  runner_ = runner;
  if (runner != nullptr) return;
  for (const auto& [hub_id, feed] : feeds_) feed->on_runner_lost(reason);
}

void ExecutionFeeds::on_known() {
  if (std::exchange(known_, true)) return;
  for (const auto& [hub_id, feed] : feeds_) feed->wake();
}

// Takes the hub's id off it; null: there is none, or this agent has left that hub.
ExecutionFeed* ExecutionFeeds::feed_of(std::string* id) const {
  const std::size_t slash = id->find('/');
  const auto found = feeds_.find(std::string_view(*id).substr(0, slash));
  if (slash == std::string::npos || found == feeds_.end()) return nullptr;
  id->erase(0, slash + 1);
  return found->second;
}

void ExecutionFeeds::take(v1::ExecutorToAgent message) {
  using Case = v1::ExecutorToAgent::MessageCase;
  switch (message.message_case()) {
    case Case::kRefused:
      if (auto* feed = feed_of(message.mutable_refused()->mutable_id()))
        feed->on_refused(std::move(*message.mutable_refused()));
      return;
    case Case::kStarted:
      if (auto* feed = feed_of(message.mutable_started()->mutable_id()))
        feed->on_started(message.started().id());
      return;
    case Case::kRunning:
      if (auto* feed = feed_of(message.mutable_running()->mutable_id()))
        feed->on_running(message.running());
      return;
    case Case::kOutput:
      if (auto* feed = feed_of(message.mutable_output()->mutable_id()))
        feed->on_output(std::move(*message.mutable_output()));
      return;
    case Case::kEnded:
      if (auto* feed = feed_of(message.mutable_ended()->mutable_id()))
        feed->on_ended(std::move(*message.mutable_ended()));
      return;
    case Case::kHello:
    case Case::kCommands:
    case Case::MESSAGE_NOT_SET: return;
  }
}

}  // namespace picket::node
