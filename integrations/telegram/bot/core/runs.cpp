#include "integrations/telegram/bot/core/runs.h"

#include <algorithm>
#include <utility>

#include "client/words/words.h"

namespace picket::telegram::bot {
namespace {

constexpr char kEndNotTold[] = "its end wasn't told";

std::string on_behalf_of(const RunOrder& order) {
  return "telegram:" + std::to_string(order.user_id) + " message " + std::to_string(order.chat_id) +
         "/" + std::to_string(order.message_id);
}

}  // namespace

Runs::Runs(Parts parts)
    : parts_(std::move(parts)),
      keeper_(parts_.store, parts_.clock, parts_.deadlines, parts_.observer,
              [this] { return to_keep(); }),
      backoff_(parts_.random) {}

Runs::~Runs() {
  if (seek_) parts_.deadlines.cancel(*seek_);
}

std::string Runs::why_not(std::int64_t user_id) const {
  const auto is_theirs = [&](const auto& one) { return one.second.order.user_id == user_id; };
  if (std::ranges::count_if(running_, is_theirs) >= static_cast<std::ptrdiff_t>(kRunsOfUserMax))
    return std::to_string(kRunsOfUserMax) + " of yours run already";
  if (running_.size() >= kRunsMax) return std::to_string(kRunsMax) + " run already";
  if (untold_.size() >= kEndsUntoldMax)
    return std::to_string(kEndsUntoldMax) + " that have ended can't be told here yet";
  return {};
}

std::uint64_t Runs::add(RunOrder order) {
  const std::uint64_t key = ++last_key_;
  Progress progress(order.nodes);
  std::string whose = on_behalf_of(order);
  running_.emplace(key, Running{.order = std::move(order),
                                .progress = std::move(progress),
                                .on_behalf_of = std::move(whose)});
  return key;
}

void Runs::start(RunOrder order) {
  const std::uint64_t key = add(std::move(order));
  show(key);
  keeper_.save([this, key](const Status& saved) {
    Running& running = running_.at(key);
    if (!saved) say_not_kept(running, saved.error());
    said_not_kept_ = !saved;
    running.may_begin = true;
    begin_more();
  });
}

// Each follows one, so that none waits for what others take long for.
bool Runs::may_follow(const Running& running) const {
  std::size_t all = 0;
  std::size_t beyond_first = 0;
  for (const auto& [key, one] : running_) {
    const std::size_t followed = one.progress.followed();
    all += followed;
    beyond_first += followed - std::min<std::size_t>(1, followed);
  }
  if (all >= kFollowedMax) return false;
  return running.progress.followed() == 0 || beyond_first < kFollowedMax - kRunsMax;
}

void Runs::begin_more() {
  std::vector<std::uint64_t> keys;  // one may end at once, if the hub takes no more
  for (const auto& [key, running] : running_)
    if (running.may_begin) keys.push_back(key);
  for (const std::uint64_t key : keys) begin_more(key);
}

void Runs::begin_more(std::uint64_t key) {
  for (auto found = running_.find(key); found != running_.end(); found = running_.find(key)) {
    Running& running = found->second;
    const auto next = running.progress.next();
    if (!next || !may_follow(running)) return;
    follow(key, running, *next);
  }
}

void Runs::follow(std::uint64_t key, Running& running, std::size_t index) {
  const NodeProgress& node = running.progress.at(index);
  v1::ClientToHub request;
  if (node.id.empty()) {
    *request.mutable_run() = running.order.run;
    request.mutable_run()->set_node(node.node);
    request.mutable_run()->set_on_behalf_of(running.on_behalf_of);
  } else {
    request.mutable_attach_execution()->set_id(node.id);
  }
  running.progress.on_asked(index);
  client::Reply reply;
  reply.on_item = [this, key, index](const v1::HubToClient& item) { on_item(key, index, item); };
  reply.on_end = [this, key, index] {
    const auto found = running_.find(key);
    if (found == running_.end()) return;  // its end was told with the last node's
    if (!found->second.progress.at(index).is_over())
      return on_over(key, index, NodeState::kLost, kEndNotTold);
    on_changed(key);
  };
  reply.on_failure = [this, key, index](const client::Failure& failure) {
    on_failure(key, index, failure);
  };
  parts_.hub.ask(std::move(request), std::move(reply));
}

void Runs::on_item(std::uint64_t key, std::size_t index, const v1::HubToClient& item) {
  const auto found = running_.find(key);
  if (found == running_.end()) return;
  Progress& progress = found->second.progress;
  if (item.has_execution()) on_execution(key, index, item.execution());
  if (item.has_execution_output()) progress.on_output(index, item.execution_output());
  if (item.has_execution_ended()) progress.on_ended(index, item.execution_ended());
  show(key);
}

void Runs::on_execution(std::uint64_t key, std::size_t index, const v1::Execution& execution) {
  Running& running = running_.at(key);
  running.progress.on_execution(index, execution);
  keeper_.save_soon();
  if (running.asked_to_end) return cancel(key, index);
  if (running.cancel_token.empty()) offer_cancel(key);
}

void Runs::on_failure(std::uint64_t key, std::size_t index, const client::Failure& failure) {
  const auto found = running_.find(key);
  if (stopping_ || found == running_.end()) return;
  Running& running = found->second;
  const bool was_run = !running.progress.at(index).id.empty();
  if (failure.kind != client::Failure::Kind::kUnreachable)
    return on_over(key, index, was_run ? NodeState::kLost : NodeState::kFailed,
                   words::outside_text(failure.text));
  running.progress.on_lost_sight(index);
  running.progress.drop_waiting("not run: the hub was lost before its turn");
  seek_soon();
  show(key);
}

// What was known before this program was restarted counts more than that nobody knows any more.
void Runs::on_over(std::uint64_t key, std::size_t index, NodeState state,
                   const std::string& words) {
  Progress& progress = running_.at(key).progress;
  const NodeProgress& node = progress.at(index);
  if (node.was) {
    progress.on_over(index, *node.was, node.words);
  } else {
    progress.on_over(index, state, words);
  }
  on_changed(key);
}

void Runs::on_changed(std::uint64_t key) {
  keeper_.save_soon();
  if (running_.at(key).progress.is_over()) {
    tell_end(key);
  } else {
    show(key);
  }
  begin_more();
}

// Whether it helped is in the run's end.
void Runs::cancel(std::uint64_t key) {
  Running& running = running_.at(key);
  running.cancel_token.clear();
  running.asked_to_end = true;
  running.progress.drop_waiting("not run: it was ended before its turn");
  for (std::size_t index = 0; index < running.progress.size(); ++index)
    if (running.progress.at(index).is_followed()) cancel(key, index);
  on_changed(key);
}

void Runs::cancel(std::uint64_t key, std::size_t index) {
  NodeProgress& node = running_.at(key).progress.at(index);
  if (node.id.empty() || std::exchange(node.asked_to_end, true)) return;
  v1::ClientToHub request;
  request.mutable_cancel_execution()->set_id(node.id);
  request.mutable_cancel_execution()->set_on_behalf_of(running_.at(key).on_behalf_of);
  client::Reply reply;
  reply.on_item = [](const v1::HubToClient&) {};
  reply.on_end = [] {};
  reply.on_failure = [this, key, index](const client::Failure& failure) {
    const auto found = running_.find(key);
    if (found == running_.end() || found->second.progress.at(index).is_over()) return;
    found->second.progress.at(index).asked_to_end = false;
    if (failure.kind == client::Failure::Kind::kUnreachable) return;  // once it is found again
    found->second.asked_to_end = false;
    if (found->second.cancel_token.empty()) offer_cancel(key);
    show(key);
  };
  parts_.questions.ask(std::move(request), std::move(reply));
}

}  // namespace picket::telegram::bot
