#include "integrations/delivery/hub_restart.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "common/text.h"
#include "common/utf8.h"
#include "integrations/delivery/counted.h"

namespace picket::delivery {
namespace {

using namespace std::chrono_literals;

// After that the hub says who has not come back, all at once.
constexpr auto kNodesHave = limits::kDeadAfter + limits::kStartQuiet + 5s;
constexpr auto kAllAtOnce = 5s;
constexpr auto kSlack = 1min;
constexpr std::size_t kNodesMax = 10'000;  // a hub has no more
constexpr std::size_t kNodesShown = 8;

// Never empty: that means something else here.
std::string version_of(const v1::HubEvent& hub) {
  return hub.version().empty() ? "unknown" : std::string(cut_utf8(hub.version(), 64));
}

std::string missing_words(const std::set<std::string>& missing) {
  std::string words;
  std::size_t shown = 0;
  for (const auto& node : missing) {
    if (shown++ == kNodesShown) break;
    words += (words.empty() ? "" : ", ") + escape_for_terminal(node);
  }
  if (missing.size() > kNodesShown)
    words += " and " + number_words(missing.size() - kNodesShown) + " more";
  return words;
}

std::string restart_words(const std::string& version, const std::set<std::string>& missing) {
  if (version.empty()) return "not back since the hub was started: " + missing_words(missing);
  return "hub started, version " + escape_for_terminal(version) +
         (missing.empty() ? "" : "; not back: " + missing_words(missing));
}

}  // namespace

bool HubRestart::take(const v1::Update& update, const Facts& facts, const std::string& rule,
                      std::vector<Item>& items) {
  if (facts.kind == "hub.started") {
    end(items);
    running_ = {.rule = rule,
                .version = version_of(update.event().hub()),
                .at = facts.received,
                .missing = {}};
    return true;
  }
  const bool did_not_come = facts.kind == "node.disconnected" &&
                            update.event().node().reason() == "not_seen_since_hub_start";
  if (running_ && is_over(facts.received)) end(items);
  if (!running_ && !did_not_come) return false;
  if (!running_) running_ = {.rule = rule, .version = {}, .at = facts.received, .missing = {}};
  const bool came_back = facts.kind == "node.connected" && running_->missing.contains(facts.node);
  if (came_back) running_->missing.erase(facts.node);
  if (did_not_come && running_->missing.size() < kNodesMax) running_->missing.insert(facts.node);
  return did_not_come || came_back;
}

// Or the hub's clock has been set back since.
bool HubRestart::is_over(WallTime now) const {
  return now >= running_->at + waits(*running_) || now < running_->at - kSlack;
}

Nanoseconds HubRestart::waits(const Running& running) {
  return running.version.empty() ? Nanoseconds(kAllAtOnce) : Nanoseconds(kNodesHave);
}

void HubRestart::sweep(WallTime now, std::vector<Item>& items) {
  if (running_ && is_over(now)) end(items);
}

void HubRestart::end(std::vector<Item>& items) {
  if (!running_) return;
  const auto over = *std::exchange(running_, std::nullopt);
  if (over.version.empty() && over.missing.empty()) return;  // they came back at once
  items.push_back(own_item(over.rule, "hub.started",
                           over.missing.empty() ? Mark::kWarning : Mark::kAlarm,
                           restart_words(over.version, over.missing), over.at));
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
