#include "hub/core/executions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/uuid.h"
#include "hub/core/audit_execution.h"
#include "hub/core/execution_reader.h"
#include "hub/core/hub.h"
#include "picket/v1/hub_state.pb.h"

namespace picket::hub {
namespace {

constexpr uint64_t kFirstCreditBytes = 2 * limits::kOutputChunkBytesMax;
constexpr auto kRecordRetry = limits::kAuditRepairRetry;

AuditedRun audited(const v1::Execution& execution) {
  AuditedRun run{.actor = execution.requested_by(),
                 .on_behalf_of = execution.on_behalf_of(),
                 .request = execution.id(),
                 .label = execution.label(),
                 .nodes = {execution.node()},
                 .parameters = {}};
  for (const auto& argument : execution.arguments())
    run.parameters.emplace_back(argument.name(), argument.value());
  return run;
}

}  // namespace

std::string words_of(const v1::ExecutionEnd& end) {
  switch (end.kind()) {
    case v1::ExecutionEnd::KIND_EXITED: return "exited " + std::to_string(end.code());
    case v1::ExecutionEnd::KIND_SIGNALED: return "signaled " + std::to_string(end.code());
    case v1::ExecutionEnd::KIND_TIMED_OUT: return "timed out";
    case v1::ExecutionEnd::KIND_CANCELLED: return "cancelled";
    case v1::ExecutionEnd::KIND_REFUSED: return "refused: " + end.reason();
    default: return "lost: " + end.reason();
  }
}

Executions::Executions(Hub& hub, RandomNumber random) : hub_(hub), random_(std::move(random)) {}

Executions::~Executions() {
  for (auto& [id, execution] : all_) {
    release(execution);
    for (ExecutionReader* reader : execution.readers) reader->forget();
  }
  for (auto& [node, line] : lines_) stop_waiting(line);
  if (record_at_) hub_.deadlines().cancel(*record_at_);
}

std::string Executions::new_id() { return uuid_v7(hub_.clock().wall(), random_(), random_()); }

Execution* Executions::find(std::string_view id) {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : &found->second;
}

bool Executions::is_full(std::string_view node) const {
  const auto line = lines_.find(node);
  return line != lines_.end() && line->second.under_way.size() >= limits::kExecutionsOfNodeMax;
}

Execution& Executions::start(NodeLink& link, const v1::Run& run, const std::string& id,
                             const std::string& requested_by, const std::string& instance_id) {
  prune();
  Execution& execution = all_[id];
  v1::Execution& told = execution.told;
  told.set_id(id);
  told.set_node(link.node());
  told.set_label(run.label());
  *told.mutable_arguments() = run.arguments();
  told.set_requested_by(requested_by);
  told.set_on_behalf_of(run.on_behalf_of());
  told.set_requested_unix_ns(to_unix_ns(hub_.clock().wall()));
  told.set_state(v1::Execution::STATE_REQUESTED);
  Line& line = lines_[link.node()];
  line.under_way.insert(&execution);
  execution.link = link.id();
  execution.granted_bytes = kFirstCreditBytes;  // it may never write
  line.window.grant(execution.granted_bytes, hub_.clock().steady());
  constexpr auto kMostMs = uint64_t{Milliseconds(limits::kStartWithinMax).count()};
  const Milliseconds within = run.start_within_ms() == 0
                                  ? limits::kStartWithin
                                  : Milliseconds(std::min(run.start_within_ms(), kMostMs));
  give_up_after(execution, within);
  hub_.publisher().store_execution(id);
  v1::RunCommand command;
  command.set_id(id);
  command.set_instance_id(instance_id);
  command.set_label(run.label());
  *command.mutable_arguments() = run.arguments();
  command.set_timeout_ms(run.timeout_ms());
  command.set_credit_bytes(execution.granted_bytes);
  command.set_start_within_ms(static_cast<uint64_t>(within.count()));
  link.run(std::move(command));
  return execution;
}

void Executions::give_up_after(Execution& execution, Milliseconds within) {
  execution.start_deadline =
      hub_.deadlines().at(hub_.clock().steady() + within, [this, &execution, within] {
        execution.start_deadline.reset();
        cancel(execution, "hub");
        lose(execution, "it did not start within " + std::to_string(within.count()) + " ms");
      });
}

// Its end comes from the node, or is that it is lost. A link is asked once, however often a client
// asks; the next one is asked when it is there.
void Executions::cancel(Execution& execution, const std::string& by) {
  if (execution.has_ended()) return;
  if (execution.cancelled_by.empty()) execution.cancelled_by = by;
  NodeLink* link = hub_.node_links().find(execution.told.node());
  if (link == nullptr || std::exchange(execution.cancelled_link, link->id()) == link->id()) return;
  link->cancel_execution(execution.told.id());
  grant(execution);
}

// Often a little would be many messages; but none when nothing is on its way would be the end of
// the output, also where others have all of the window and write nothing.
void Executions::grant(Execution& execution) {
  NodeLink* link = hub_.node_links().find(execution.told.node());
  if (execution.has_ended() || link == nullptr || link->id() != execution.link) return;
  Line& line = lines_[execution.told.node()];
  OutputWindow& window = line.window;
  const uint64_t share = std::max(window.bytes() / std::max<uint64_t>(line.under_way.size(), 1),
                                  uint64_t{kFirstCreditBytes});
  uint64_t wanted = std::min(share, limits::kExecutionWindowBytes);
  // Whoever has it ended may read no more; its end must not wait for that.
  if (execution.starter != nullptr && execution.cancelled_by.empty()) {
    const uint64_t unread = execution.output.end() - execution.starter->place();
    wanted = std::min<uint64_t>(share, limits::kOutputRingBytesMax);
    wanted -= std::min(unread, wanted);
  }
  const uint64_t on_its_way = execution.granted_bytes - execution.received_bytes;
  if (wanted <= on_its_way) return;
  const uint64_t free = on_its_way == 0
                            ? std::max<uint64_t>(window.room(), limits::kOutputChunkBytesMax)
                            : window.room();
  const uint64_t more = std::min(wanted - on_its_way, free);
  const bool is_little = more < share / 4;
  if (more == 0 || (is_little && on_its_way > 0)) return;
  execution.granted_bytes += more;
  window.grant(more, hub_.clock().steady());
  link->grant_output(execution.told.id(), more);
}

void Executions::set_state(Execution& execution, v1::Execution::State state) {
  if (execution.told.state() == state) return;
  execution.told.set_state(state);
  hub_.publisher().store_execution(execution.told.id());
  for (const ExecutionReader* reader : execution.readers) reader->wake();
}

void Executions::release(Execution& execution) {
  if (execution.start_deadline)
    hub_.deadlines().cancel(*std::exchange(execution.start_deadline, std::nullopt));
}

void Executions::end(Execution& execution, v1::ExecutionEnd end) {
  if (execution.has_ended()) return;
  release(execution);
  Line& line = lines_[execution.told.node()];
  line.under_way.erase(&execution);
  // What was granted on an older link is none of the new one's.
  const NodeLink* link = hub_.node_links().find(execution.told.node());
  if (link != nullptr && link->id() == execution.link)
    line.window.give_back(execution.granted_bytes - execution.received_bytes);
  execution.granted_bytes = execution.received_bytes;
  execution.told.set_ended_unix_ns(to_unix_ns(hub_.clock().wall()));
  *execution.told.mutable_end() = std::move(end);
  ended_.push_back(execution.told.id());
  set_state(execution, v1::Execution::STATE_ENDED);
  for (Execution* other : std::set(line.under_way)) grant(*other);
  prune();
}

// Only what is stored: a hub that is killed first hears the end once more, perhaps as another.
void Executions::record_end(Execution& execution) {
  if (execution.audited || execution.in_doubt) return;
  execution.audited = hub_.audit().record_soon(
      run_ended(audited(execution.told), {execution.told.node(), execution.told.id()},
                words_of(execution.told.end()), execution.cancelled_by));
  if (!execution.audited) {
    unrecorded_.insert(execution.told.id());
    return record_later();
  }
  unrecorded_.erase(execution.told.id());
  hub_.publisher().store_execution(execution.told.id());
}

void Executions::record_later() {
  if (record_at_) return;
  record_at_ = hub_.deadlines().at(hub_.clock().steady() + kRecordRetry, [this] {
    record_at_.reset();
    for (const auto& id : std::set(unrecorded_)) record_end(*find(id));
  });
}

void Executions::lose(Execution& execution, const std::string& reason) {
  v1::ExecutionEnd lost;
  lost.set_kind(v1::ExecutionEnd::KIND_LOST);
  lost.set_reason(reason);
  end(execution, std::move(lost));
}

// Whose end is not on record stays: the log would have it lost. Not many do, since nothing is run
// that can't be recorded.
void Executions::prune() {
  const int64_t oldest = to_unix_ns(hub_.clock().wall() - limits::kExecutionsKeptFor);
  for (std::size_t i = 0; i < ended_.size();) {
    const std::string id = ended_[i];
    Execution* execution = find(id);
    const bool is_old = execution == nullptr || execution->told.ended_unix_ns() < oldest;
    if (!is_old && ended_.size() <= limits::kExecutionsKeptMax) return;
    if (execution != nullptr) record_end(*execution);
    if (execution != nullptr && (!execution->audited || execution->in_doubt)) {
      ++i;
      continue;
    }
    ended_.erase(ended_.begin() + static_cast<std::ptrdiff_t>(i));
    if (execution != nullptr) forget(id);
  }
}

void Executions::forget(const std::string& id) {
  const auto found = all_.find(id);
  for (ExecutionReader* reader : found->second.readers) {
    reader->forget();
    reader->wake();
  }
  all_.erase(found);
  hub_.publisher().store_execution(id);
}

std::string Executions::encode(const std::string& id) const {
  const auto found = all_.find(id);
  if (found == all_.end()) return {};
  v1::StoredExecution stored;
  *stored.mutable_execution() = found->second.told;
  if (!found->second.has_ended()) return stored.SerializeAsString();
  stored.set_audited(found->second.audited);
  const OutputRing& output = found->second.output;
  const uint64_t kept = limits::kOutputTailBytesMax;
  for (uint64_t place = std::max(output.begin(), output.end() - std::min(output.end(), kept));
       place < output.end();) {
    const OutputRing::Piece piece = output.at(place);
    v1::ExecutionOutput& part = *stored.add_tail();
    part.set_stream(piece.stream);
    part.set_missed_bytes(piece.missed_bytes);
    part.set_data(piece.data.data(), piece.data.size());
    place += piece.missed_bytes + piece.data.size();
  }
  return stored.SerializeAsString();
}

// The row may be stored and what it says is recorded not yet be, or the other way round.
void Executions::on_found_in_log(const std::string& id, bool has_end) {
  Execution* execution = find(id);
  if (execution != nullptr && execution->in_doubt) execution->audited = has_end;
}

void Executions::on_log_read() {
  for (auto& [id, execution] : all_) {
    if (std::exchange(execution.in_doubt, false)) record_end(execution);
  }
}

bool Executions::restore(const std::string& bytes) {
  v1::StoredExecution stored;
  if (!stored.ParseFromString(bytes) || stored.execution().id().empty()) return false;
  const std::string id = stored.execution().id();
  Execution& execution = all_[id];
  execution.told = std::move(*stored.mutable_execution());
  uint64_t tail_bytes = 0;
  for (const auto& part : stored.tail()) tail_bytes += part.missed_bytes() + part.data().size();
  const uint64_t all_bytes = execution.told.output_bytes();
  execution.output.miss(all_bytes - std::min(all_bytes, tail_bytes));
  for (auto& part : *stored.mutable_tail()) {
    execution.output.miss(part.missed_bytes());
    execution.output.add(part.stream(), std::move(*part.mutable_data()));
  }
  execution.received_bytes = execution.granted_bytes = all_bytes;
  execution.audited = stored.audited();
  if (execution.has_ended()) {
    ended_.push_back(id);
    execution.in_doubt = true;
  } else {
    execution.told.set_state(v1::Execution::STATE_UNKNOWN);
    lines_[execution.told.node()].under_way.insert(&execution);
    lose_after(execution.told.node(), limits::kExecutionsKeptFor, std::nullopt, kNeverCameBack);
    if (execution.told.started_unix_ns() == 0) give_up_after(execution, limits::kStartWithin);
  }
  return true;
}

}  // namespace picket::hub
