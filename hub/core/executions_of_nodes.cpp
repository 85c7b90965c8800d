// What nodes say of executions.
#include <algorithm>
#include <utility>
#include <vector>

#include "common/limits.h"
#include "common/utf8.h"
#include "hub/core/execution_reader.h"
#include "hub/core/executions.h"
#include "hub/core/hub.h"

namespace picket::hub {
namespace {

// More than any command writes, and far from what can't be counted.
constexpr uint64_t kOutputBytesEver = uint64_t{1} << 50U;

}  // namespace

// Of another node, or none of ours: what a node says then means nothing.
Execution* Executions::of(const NodeLink& link, const std::string& id) {
  Execution* execution = find(id);
  if (execution == nullptr || execution->told.node() != link.node()) return nullptr;
  return execution;
}

// It has had its end here, or was never stored: it must not go on unseen, and what it has left to
// say waits for credit that nobody will give.
void Executions::end_unwanted(NodeLink& link, const std::string& id) { link.cancel_execution(id); }

void Executions::settle(NodeLink& link, const std::string& id) { link.settle_execution(id); }

void Executions::on_connected(NodeLink& link) {
  lines_[link.node()].window = {};
  lose_after(link.node(), limits::kKnownExecutionsWithin, link.id(),
             "the node came back and does not say what it knows of it");
}

void Executions::on_disconnected(std::string_view node) {
  const auto line = lines_.find(node);
  if (line == lines_.end()) return;
  for (Execution* execution : line->second.under_way)
    set_state(*execution, v1::Execution::STATE_UNKNOWN);
  lose_after(line->first, limits::kExecutionsKeptFor, std::nullopt, kNeverCameBack);
}

// Of those under way now, all but what was asked for on that link.
void Executions::lose_after(const std::string& node, Nanoseconds within,
                            std::optional<uint64_t> but_of_link, std::string reason) {
  Line& line = lines_[node];
  stop_waiting(line);
  if (line.under_way.empty()) return;
  line.deadline = hub_.deadlines().at(
      hub_.clock().steady() + within, [this, node, but_of_link, reason = std::move(reason)] {
        Line& late = lines_[node];
        late.deadline.reset();
        lose_unless(late, [&](const Execution& one) { return but_of_link == one.link; }, reason);
      });
}

void Executions::stop_waiting(Line& line) {
  if (line.deadline) hub_.deadlines().cancel(*std::exchange(line.deadline, std::nullopt));
}

void Executions::on_gone(std::string_view node) {
  const auto line = lines_.find(node);
  if (line == lines_.end()) return;
  lose_unless(
      line->second, [](const Execution&) { return false; }, "the node was taken off this hub");
  stop_waiting(line->second);
  lines_.erase(line);
}

void Executions::lose_unless(const Line& line, const std::function<bool(const Execution&)>& keep,
                             const std::string& reason) {
  const auto under_way = line.under_way;
  for (Execution* execution : under_way) {
    if (!keep(*execution)) lose(*execution, reason);
  }
}

// What was lost with the link is known by the node's count of what it had sent.
void Executions::on_known(NodeLink& link, const v1::KnownExecutions& known) {
  Line& line = lines_[link.node()];
  stop_waiting(line);
  std::set<std::string, std::less<>> ids;
  for (const auto& one : known.executions()) {
    ids.insert(one.id());
    Execution* execution = of(link, one.id());
    if (execution == nullptr || execution->has_ended()) {
      end_unwanted(link, one.id());
      continue;
    }
    if (std::exchange(execution->link, link.id()) == link.id()) continue;  // asked for on this link
    if (one.has_sent_bytes()) {
      const uint64_t sent = std::min(one.sent_bytes(), kOutputBytesEver);
      const uint64_t received = std::exchange(execution->received_bytes, sent);
      execution->output.miss(sent - std::min(sent, received));
    }
    execution->granted_bytes =
        std::clamp(one.granted_bytes(), execution->received_bytes,
                   execution->received_bytes + limits::kOutputWindowBytesMax);
    line.window.grant(execution->granted_bytes - execution->received_bytes, hub_.clock().steady());
    set_state(*execution, execution->told.started_unix_ns() == 0 ? v1::Execution::STATE_REQUESTED
                                                                 : v1::Execution::STATE_RUNNING);
    grant(*execution);
    // Also what was asked for on this link before: the node's agent may not have known it yet.
    execution->cancelled_link = 0;
    if (!execution->cancelled_by.empty()) cancel(*execution, execution->cancelled_by);
  }
  lose_unless(
      line,
      [&](const Execution& one) { return ids.contains(one.told.id()) || one.link == link.id(); },
      "the node knows nothing of it: it never got the request, or was started anew");
}

void Executions::on_refused(NodeLink& link, const v1::RunRefused& refused) {
  Execution* execution = of(link, refused.id());
  if (execution == nullptr || execution->has_ended()) return settle(link, refused.id());
  // An id that the node has seen was refused the second time, not the first.
  if (refused.refusal() == v1::COMMAND_REFUSAL_SEEN) return;
  v1::ExecutionEnd refusal;
  refusal.set_kind(v1::ExecutionEnd::KIND_REFUSED);
  refusal.set_refusal(refused.refusal());
  refusal.set_reason(std::string(cut_utf8(refused.reason(), limits::kTextBytesMax)));
  end(*execution, std::move(refusal));
}

void Executions::on_started(NodeLink& link, const v1::ExecutionStarted& started) {
  Execution* execution = of(link, started.id());
  if (execution == nullptr || execution->has_ended()) return end_unwanted(link, started.id());
  release(*execution);
  if (execution->told.started_unix_ns() == 0)
    execution->told.set_started_unix_ns(to_unix_ns(hub_.clock().wall()));
  set_state(*execution, v1::Execution::STATE_RUNNING);
}

bool Executions::on_output(NodeLink& link, v1::ExecutionOutput output) {
  Execution* execution = of(link, output.id());
  if (execution == nullptr || execution->has_ended()) {
    end_unwanted(link, output.id());
    return true;
  }
  const uint64_t bytes = output.data().size();
  if (bytes > limits::kOutputChunkBytesMax || output.missed_bytes() > kOutputBytesEver)
    return false;
  if (bytes > execution->granted_bytes - execution->received_bytes) return false;
  OutputWindow& window = lines_[link.node()].window;
  window.receive(bytes, hub_.clock().steady());
  execution->granted_bytes += output.missed_bytes();
  execution->received_bytes += output.missed_bytes() + bytes;
  execution->output.miss(output.missed_bytes());
  execution->output.add(output.stream(), std::move(*output.mutable_data()));
  execution->told.set_output_bytes(execution->output.end());
  for (const ExecutionReader* reader : execution->readers) reader->wake();
  grant(*execution);
  const auto& under_way = lines_[link.node()].under_way;
  if (under_way.size() > 1) {
    for (Execution* other : under_way) grant(*other);
  }
  return true;
}

void Executions::on_ended(NodeLink& link, const v1::ExecutionEnded& ended) {
  Execution* execution = of(link, ended.id());
  if (execution == nullptr || execution->has_ended()) return settle(link, ended.id());
  execution->output.miss(std::min(ended.missed_bytes(), kOutputBytesEver));
  execution->told.set_output_bytes(execution->output.end());
  v1::ExecutionEnd told = ended.end();
  told.set_reason(std::string(cut_utf8(told.reason(), limits::kTextBytesMax)));
  end(*execution, std::move(told));
}

// Before that the node keeps the end, in case this hub forgets it.
void Executions::on_stored(const std::string& id) {
  Execution* execution = find(id);
  if (execution == nullptr || !execution->has_ended() || execution->audited) return;
  record_end(*execution);
  if (NodeLink* link = hub_.node_links().find(execution->told.node())) settle(*link, id);
}

}  // namespace picket::hub
