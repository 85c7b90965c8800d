#include "integrations/delivery/hub_restart.h"

#include <algorithm>

#include "common/text.h"
#include "common/utf8.h"
#include "integrations/delivery/counted.h"

namespace picket::delivery {
namespace {

using namespace std::chrono_literals;

constexpr auto kQuietAfter = 15s;  // more than an agent's longest pause between attempts to connect
constexpr auto kAtMost = 2min;
constexpr std::size_t kNodesMax = 5000;
constexpr std::size_t kNodesShown = 5;

// "all 12 nodes" can't be known here: which there are is the hub's.
std::string nodes_words(const std::set<std::string>& nodes) {
  if (nodes.empty()) return "no node has come back yet";
  if (nodes.size() > kNodesShown) return number_words(nodes.size()) + " nodes are back";
  std::string words;
  for (const auto& node : nodes) words += (words.empty() ? "" : ", ") + escape_for_terminal(node);
  return words + (nodes.size() == 1 ? " is back" : " are back");
}

}  // namespace

bool HubRestart::take(const v1::Update& update, const Facts& facts, const std::string& rule,
                      std::vector<Item>& items) {
  if (facts.kind == "hub.started") {
    end(items);
    running_ = {.rule = rule,
                .version = std::string(cut_utf8(update.event().hub().version(), 64)),
                .at = facts.at,
                .last = facts.at,
                .nodes = {}};
    return true;
  }
  if (!running_) return false;
  if (facts.at >= std::min(running_->last + kQuietAfter, running_->at + kAtMost)) {
    end(items);
    return false;
  }
  if (facts.kind != "node.connected") return false;
  running_->last = std::max(running_->last, facts.at);
  if (running_->nodes.size() < kNodesMax) running_->nodes.insert(facts.node);
  return true;
}

void HubRestart::sweep(WallTime now, std::vector<Item>& items) {
  if (running_ && now >= std::min(running_->last + kQuietAfter, running_->at + kAtMost)) end(items);
}

void HubRestart::end(std::vector<Item>& items) {
  if (!running_) return;
  Item item;
  item.rule = running_->rule;
  item.facts.kind = "hub.started";
  item.facts.at = running_->at;
  item.paragraph = {.mark = Mark::kWarning,
                    .node = {},
                    .text = "hub started, version " + escape_for_terminal(running_->version) +
                            "; " + nodes_words(running_->nodes),
                    .at = running_->at,
                    .fields = {}};
  items.push_back(std::move(item));
  running_.reset();
}

void HubRestart::save(v1::BridgeState& state) const {
  if (!running_) return;
  v1::CountedRestart& saved = *state.mutable_restart();
  saved.set_version(running_->version);
  saved.set_at_unix_ns(to_unix_ns(running_->at));
  saved.set_last_unix_ns(to_unix_ns(running_->last));
  for (const auto& node : running_->nodes) saved.add_nodes(node);
}

void HubRestart::restore(const v1::BridgeState& state, const std::string& rule) {
  if (!state.has_restart()) return;
  const v1::CountedRestart& saved = state.restart();
  running_ = {.rule = rule,
              .version = saved.version(),
              .at = from_peer_unix_ns(saved.at_unix_ns()),
              .last = from_peer_unix_ns(saved.last_unix_ns()),
              .nodes = {saved.nodes().begin(), saved.nodes().end()}};
}

}  // namespace picket::delivery
