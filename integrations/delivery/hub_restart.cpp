#include "integrations/delivery/hub_restart.h"

#include <algorithm>

#include "common/limits.h"
#include "common/text.h"
#include "common/utf8.h"
#include "integrations/delivery/counted.h"

namespace picket::delivery {
namespace {

using namespace std::chrono_literals;

// After that the hub says who has not come back, all at once.
constexpr auto kNodesHave = limits::kDeadAfter + limits::kStartQuiet + 5s;
constexpr auto kSlack = 1min;
constexpr std::size_t kNodesMax = 5000;
constexpr std::size_t kNodesShown = 8;

std::string missing_words(const std::set<std::string>& missing) {
  std::string words;
  std::size_t shown = 0;
  for (const auto& node : missing) {
    if (shown++ == kNodesShown) break;
    words += (words.empty() ? "; not back: " : ", ") + escape_for_terminal(node);
  }
  if (missing.size() > kNodesShown)
    words += " and " + number_words(missing.size() - kNodesShown) + " more";
  return words;
}

}  // namespace

bool HubRestart::take(const v1::Update& update, const Facts& facts, const std::string& rule,
                      std::vector<Item>& items) {
  if (facts.kind == "hub.started") {
    end(items);
    running_ = {.rule = rule,
                .version = std::string(cut_utf8(update.event().hub().version(), 64)),
                .at = facts.received,
                .missing = {}};
    return true;
  }
  if (!running_) return false;
  if (is_over(facts.received)) {
    end(items);
    return false;
  }
  const bool did_not_come = facts.kind == "node.disconnected" &&
                            update.event().node().reason() == "not_seen_since_hub_start";
  const bool came_back = facts.kind == "node.connected" && running_->missing.contains(facts.node);
  if (came_back) running_->missing.erase(facts.node);
  if (did_not_come && running_->missing.size() < kNodesMax) running_->missing.insert(facts.node);
  return did_not_come || came_back;
}

// Or the hub's clock has been set back since.
bool HubRestart::is_over(WallTime now) const {
  return now >= running_->at + kNodesHave || now < running_->at - kSlack;
}

void HubRestart::sweep(WallTime now, std::vector<Item>& items) {
  if (running_ && is_over(now)) end(items);
}

void HubRestart::end(std::vector<Item>& items) {
  if (!running_) return;
  Item item;
  item.rule = running_->rule;
  item.facts.kind = "hub.started";
  item.facts.at = item.facts.received = running_->at;
  item.paragraph = {.mark = running_->missing.empty() ? Mark::kWarning : Mark::kAlarm,
                    .node = {},
                    .text = "hub started, version " + escape_for_terminal(running_->version) +
                            missing_words(running_->missing),
                    .at = running_->at,
                    .fields = {}};
  items.push_back(std::move(item));
  running_.reset();
}

void HubRestart::save(v1::BridgeState& state) const {
  if (!running_) return;
  v1::CountedRestart& saved = *state.mutable_restart();
  saved.set_rule(running_->rule);
  saved.set_version(running_->version);
  saved.set_at_unix_ns(to_unix_ns(running_->at));
  for (const auto& node : running_->missing) saved.add_missing(node);
}

void HubRestart::restore(const v1::BridgeState& state) {
  if (!state.has_restart()) return;
  const v1::CountedRestart& saved = state.restart();
  running_ = {.rule = saved.rule(),
              .version = saved.version(),
              .at = from_peer_unix_ns(saved.at_unix_ns()),
              .missing = {saved.missing().begin(), saved.missing().end()}};
}

}  // namespace picket::delivery
