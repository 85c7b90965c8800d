#include "client/cli/run_fleet.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"

namespace picket::cli {
namespace {

// Requests of one connection, and as many to cancel them.
constexpr std::size_t kAtOnceMax = limits::kRequestsOpenMax / 2;

}  // namespace

bool did_well(const FleetResult& result) {
  const auto* end = std::get_if<v1::ExecutionEnd>(&result);
  return end != nullptr && end->kind() == v1::ExecutionEnd::KIND_EXITED && end->code() == 0;
}

Fleet::Fleet(client::HubClient& hub, FleetOrder order, Events events)
    : hub_(hub),
      order_(std::move(order)),
      events_(std::move(events)),
      wave_end_(order_.canary > 0 ? order_.canary : order_.batch) {
  for (const auto& node : order_.nodes) results_.emplace_back(node, NotRun{});
  order_.parallel = std::clamp<std::size_t>(order_.parallel, 1, kAtOnceMax);
  if (wave_end_ == 0) wave_end_ = results_.size();
}

// The next wave begins when all of the one before have ended; after a canary that failed there is
// none.
bool Fleet::may_run_more() {
  if (stopped_ || cancelled_ || next_ == results_.size()) return false;
  if (order_.stop_after > 0 && failed_ >= order_.stop_after) return false;
  if (next_ < wave_end_) return running_.size() < order_.parallel;
  if (!running_.empty()) return false;
  if (order_.canary > 0 && next_ == order_.canary && failed_ > 0) {
    stopped_ = true;
    return false;
  }
  wave_end_ = order_.batch > 0 ? wave_end_ + order_.batch : results_.size();
  return true;
}

void Fleet::run_more() {
  while (may_run_more()) run_one(next_++);
  if (running_.empty()) events_.on_done();
}

void Fleet::run_one(std::size_t index) {
  running_.emplace(index, "");
  v1::ClientToHub request;
  *request.mutable_run() = order_.run;
  request.mutable_run()->set_node(results_[index].first);
  client::Reply reply;
  reply.on_item = [this, index](const v1::HubToClient& item) { on_item(index, item); };
  reply.on_end = [this, index] { on_over(index); };
  reply.on_failure = [this, index](const client::Failure& failure) {
    results_[index].second = failure;
    // The rest would fail one after the other, or begin behind the back of who has left.
    if (failure.kind == client::Failure::Kind::kUnreachable) stopped_ = true;
    events_.on_failure(results_[index].first, failure);
    on_over(index);
  };
  hub_.request(std::move(request), std::move(reply));
}

void Fleet::on_item(std::size_t index, const v1::HubToClient& item) {
  auto& [node, result] = results_[index];
  if (item.has_execution()) {
    const bool is_first = std::exchange(running_[index], item.execution().id()).empty();
    if (is_first && cancelled_) cancel_one(item.execution().id());
    if (order_.run.detached()) {
      v1::ExecutionEnd begun;  // as far as this program goes, that is all
      begun.set_kind(v1::ExecutionEnd::KIND_EXITED);
      result = begun;
    }
    events_.on_execution(item.execution());
  } else if (item.has_execution_output()) {
    events_.on_output(node, item.execution_output());
  } else if (item.has_execution_ended()) {
    result = item.execution_ended().end();
    events_.on_end(node, item.execution_ended());
  }
}

void Fleet::on_over(std::size_t index) {
  running_.erase(index);
  if (!did_well(results_[index].second)) ++failed_;
  run_more();
}

void Fleet::cancel() {
  cancelled_ = true;
  for (const auto& [index, id] : running_) {
    if (!id.empty()) cancel_one(id);
  }
}

void Fleet::cancel_one(const std::string& id) {
  v1::ClientToHub request;
  request.mutable_cancel_execution()->set_id(id);
  // Whether it helped is in the execution's end.
  hub_.request(std::move(request), {.on_item = [](const v1::HubToClient&) {},
                                    .on_end = [] {},
                                    .on_failure = [](const client::Failure&) {}});
}

}  // namespace picket::cli
