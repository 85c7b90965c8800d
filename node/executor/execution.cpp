#include "node/executor/execution.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "common/limits.h"
#include "common/log.h"
#include "common/utf8.h"
#include "picket/v1/node_processes.pb.h"

namespace picket::node {
namespace {

constexpr char kKilledFirst[] = "it was ended before the program was executed";

v1::CommandRefusal refusal_of(char not_started) {
  switch (not_started) {
    case static_cast<char>(NotStarted::kBadParameter): return v1::COMMAND_REFUSAL_BAD_PARAMETER;
    case static_cast<char>(NotStarted::kTooLate): return v1::COMMAND_REFUSAL_STALE;
    default: return v1::COMMAND_REFUSAL_NOT_STARTED;
  }
}

}  // namespace

Execution::Execution(std::string id, Bounds bounds, StartedCommand command, SteadyTime now)
    : id_(std::move(id)),
      bounds_(std::move(bounds)),
      supervisor_(command.supervisor),
      control_(std::move(command.control)),
      failure_(std::move(command.failure)),
      pipes_(std::move(command.out), std::move(command.err)),
      kept_(2 * limits::kPipeBytesMax),
      since_(now),
      prepared_by_(now + limits::kCommandPrepareTimeout) {
  if (bounds_.timeout) timeout_at_ = now + *bounds_.timeout;
}

Execution::~Execution() {
  control_.reset();
  reap_supervisor(0);
}

void Execution::want(PollSet& polls, const Outlet* agent) const {
  if (control_) polls.want(control_.get());
  if (failure_) polls.want(failure_.get());
  if (may_read(agent)) pipes_.want(polls);
}

std::optional<SteadyTime> Execution::deadline() const {
  std::optional<SteadyTime> first;
  for (const auto& at : {timeout_at_, prepared_by_, kill_at_, give_up_at_, close_pipes_at_})
    if (at && (!first || *at < *first)) first = at;
  return first;
}

void Execution::turn(const PollSet& polls, Outlet* agent, SteadyTime now) {
  if (failure_ && polls.ready(failure_.get()) != 0) read_failure(agent, now);
  if (control_ && polls.ready(control_.get()) != 0) read_control(now);
  keep_time(now);
  move_output(agent);
  settle(now);
  if (agent == nullptr) return;
  send_kept(*agent);
  if (done_) tell_end(*agent, now);
}

// Its end says that the program is executed, if it was begun with that; else why not.
void Execution::read_failure(Outlet* agent, SteadyTime now) {
  char text[limits::kTextBytesMax];
  const ssize_t got = ::read(failure_.get(), text, sizeof text);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got > 0) {
    why_not_started_.append(text, static_cast<std::size_t>(got));
    return;
  }
  end_failure();
  if (!started_ || agent == nullptr) return;
  if (agents_ > 1) return tell_running(*agent, now);
  v1::ExecutorToAgent message;
  message.mutable_started()->set_id(id_);
  agent->send(message);
}

void Execution::end_failure() {
  failure_.reset();
  prepared_by_.reset();
  const bool was_tried = why_not_started_.starts_with(kExecuting);
  if (was_tried) why_not_started_.erase(0, 1);
  started_ = was_tried && why_not_started_.empty();
  if (!started_ && why_not_started_.empty()) {
    why_not_started_ = static_cast<char>(NotStarted::kOther);
    why_not_started_ += why_not_prepared_.empty() ? kKilledFirst : why_not_prepared_;
  }
}

void Execution::read_control(SteadyTime now) {
  int status = 0;
  const ssize_t got = ::recv(control_.get(), &status, sizeof status, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got == sizeof status) {
    status_ = status;
    timeout_at_.reset();
    ended_at_ = now;
    close_pipes_at_ = now + limits::kPipeCloseAfter;
    return;
  }
  control_.reset();
  reap_supervisor(0);
}

// It has closed its end of the socket, or sees ours closed: it ends, or has.
void Execution::reap_supervisor(int options) {
  const pid_t pid = std::exchange(supervisor_, -1);
  if (pid <= 0) return;
  while (::waitpid(pid, nullptr, options) < 0 && errno == EINTR) {
  }
}

void Execution::order(SupervisorOrder order) {
  const char byte = static_cast<char>(order);
  if (control_) (void)::send(control_.get(), &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Execution::end_all(v1::ExecutionEnd::Kind why, SteadyTime now) {
  if (status_ || ended_by_ != v1::ExecutionEnd::KIND_UNSPECIFIED) return;
  ended_by_ = why;
  timeout_at_.reset();
  order(SupervisorOrder::kTerminate);
  kill_at_ = now + bounds_.kill_grace;
}

// What it waits for may never answer.
void Execution::give_up_preparing(SteadyTime now) {
  prepared_by_.reset();
  kill_at_.reset();
  const std::chrono::seconds within = limits::kCommandPrepareTimeout;
  why_not_prepared_ = "its user, its paths or its program could not be looked up within " +
                      std::to_string(within.count()) + " s";
  // Should it be executed at this very moment, that is its end.
  if (ended_by_ == v1::ExecutionEnd::KIND_UNSPECIFIED) ended_by_ = v1::ExecutionEnd::KIND_TIMED_OUT;
  order(SupervisorOrder::kKill);
  give_up_at_ = now + limits::kKilledWithin;
}

void Execution::keep_time(SteadyTime now) {
  if (prepared_by_ && now >= *prepared_by_) give_up_preparing(now);
  if (timeout_at_ && now >= *timeout_at_) end_all(v1::ExecutionEnd::KIND_TIMED_OUT, now);
  if (kill_at_ && now >= *kill_at_) {
    kill_at_.reset();
    order(SupervisorOrder::kKill);
    give_up_at_ = now + limits::kKilledWithin;
  }
  if (!control_) {
    kill_at_.reset();
    give_up_at_.reset();
  }
}

uint64_t Execution::allowed() const {
  const uint64_t passed = out_bytes_ + err_bytes_ - dropped_;
  return bounds_.output_bytes_max - std::min(passed, bounds_.output_bytes_max);
}

// What is dropped needs no credit, nor what is kept while nobody is there. That it has started
// comes first.
bool Execution::may_read(const Outlet* agent) const {
  if (pipes_.closed() || failure_) return false;
  if (agent == nullptr || allowed() == 0) return true;
  return credit_ > 0 && kept_.empty() && agent->has_room();
}

void Execution::move_output(Outlet* agent) {
  if (agent != nullptr) send_kept(*agent);
  take_from_pipes(agent);
}

void Execution::take_from_pipes(Outlet* agent) {
  for (std::size_t taken = 0; taken < limits::kOutputTurnBytesMax && may_read(agent);) {
    uint64_t most = limits::kOutputChunkBytesMax;
    if (allowed() > 0) most = std::min(most, allowed());
    if (allowed() > 0 && agent != nullptr) most = std::min(most, credit_);
    auto chunk = pipes_.read(static_cast<std::size_t>(most));
    if (!chunk) return;
    taken += chunk->data.size();
    pass_on(*std::move(chunk), agent);
  }
}

void Execution::pass_on(Chunk chunk, Outlet* agent) {
  const bool drops = allowed() == 0;
  (chunk.stream == Stream::kStdout ? out_bytes_ : err_bytes_) += chunk.data.size();
  if (drops) {
    dropped_ += chunk.data.size();
  } else if (agent != nullptr) {
    send(std::move(chunk), *agent);
  } else {
    kept_.add(std::move(chunk));
  }
}

void Execution::send(Chunk chunk, Outlet& agent) {
  credit_ -= chunk.data.size();
  v1::ExecutorToAgent message;
  v1::ExecutionOutput& output = *message.mutable_output();
  output.set_id(id_);
  output.set_stream(chunk.stream == Stream::kStdout ? v1::ExecutionOutput::STREAM_STDOUT
                                                    : v1::ExecutionOutput::STREAM_STDERR);
  output.set_data(std::move(chunk.data));
  output.set_missed_bytes(kept_.take_missed());
  sent_bytes_ += output.missed_bytes() + output.data().size();
  agent.send(message);
}

void Execution::send_kept(Outlet& agent) {
  while (!failure_ && !kept_.empty() && credit_ > 0 && agent.has_room())
    send(kept_.take(
             static_cast<std::size_t>(std::min<uint64_t>(credit_, limits::kOutputChunkBytesMax))),
         agent);
}

// What was written before the command's end is still to come, whoever holds the pipes; what comes
// later is another's.
void Execution::drain_pipes() {
  for (std::size_t taken = 0; taken < 2 * limits::kPipeBytesMax;) {
    auto chunk = pipes_.read(limits::kOutputChunkBytesMax);
    if (!chunk) break;
    taken += chunk->data.size();
    pass_on(*std::move(chunk), nullptr);
  }
  pipes_.close();
}

void Execution::settle(SteadyTime now) {
  if (done_) return;
  if (is_over()) pipes_.settle();
  if (close_pipes_at_ && now >= *close_pipes_at_) {
    close_pipes_at_.reset();
    if (pipes_.held()) drain_pipes();
  }
  if (give_up_at_ && now >= *give_up_at_) {
    log::error("a command's processes can't be killed", {{"label", bounds_.label}, {"id", id_}});
    control_.reset();
    reap_supervisor(WNOHANG);
    give_up_at_.reset();
    drain_pipes();
    if (failure_) end_failure();
  }
  if (control_) return;
  if (!status_) drain_pipes();
  done_ = pipes_.closed();
  if (!done_) return;
  if (!ended_at_) ended_at_ = now;
  close_pipes_at_.reset();
  const v1::ExecutionEnd how = end(now);
  log::info("command ended",
            {{"label", bounds_.label},
             {"id", id_},
             {"how", started_ ? v1::ExecutionEnd::Kind_Name(how.kind()) : "not started"},
             {"code", how.code()}});
}

void Execution::tell_end(Outlet& agent, SteadyTime now) {
  if (told_ || failure_ || !kept_.empty()) return;
  v1::ExecutorToAgent message;
  // Whoever has it ended before it has begun hears that.
  const bool was_ended =
      ended_by_ != v1::ExecutionEnd::KIND_UNSPECIFIED && why_not_prepared_.empty();
  if (!started_ && !was_ended) {
    v1::RunRefused& refused = *message.mutable_refused();
    refused.set_id(id_);
    refused.set_refusal(refusal_of(why_not_started_.front()));
    refused.set_reason(to_valid_utf8(why_not_started_.substr(1)));
  } else {
    message.mutable_ended()->set_id(id_);
    *message.mutable_ended()->mutable_end() = end(now);
    message.mutable_ended()->set_missed_bytes(kept_.take_missed());
  }
  agent.send(message);
  told_ = true;
}

v1::ExecutionEnd Execution::end(SteadyTime now) const {
  v1::ExecutionEnd end;
  if (ended_by_ != v1::ExecutionEnd::KIND_UNSPECIFIED) {
    end.set_kind(ended_by_);
  } else if (!status_) {
    end.set_kind(v1::ExecutionEnd::KIND_LOST);
    end.set_reason("the process that watched over it was killed");
  } else if (WIFSIGNALED(*status_)) {
    end.set_kind(v1::ExecutionEnd::KIND_SIGNALED);
    end.set_code(static_cast<uint32_t>(WTERMSIG(*status_)));
  } else {
    end.set_kind(v1::ExecutionEnd::KIND_EXITED);
    end.set_code(static_cast<uint32_t>(WEXITSTATUS(*status_)));
  }
  end.set_stdout_bytes(out_bytes_);
  end.set_stderr_bytes(err_bytes_);
  end.set_dropped_bytes(dropped_);
  const auto ran = std::chrono::duration_cast<Milliseconds>(ended_at_.value_or(now) - since_);
  end.set_ran_ms(static_cast<uint64_t>(ran.count()));
  return end;
}

void Execution::add_credit(uint64_t bytes) {
  credit_ += std::min(bytes, limits::kOutputCreditMax - credit_);
}

void Execution::cancel(SteadyTime now) {
  if (!is_over()) return end_all(v1::ExecutionEnd::KIND_CANCELLED, now);
  drain_pipes();
  dropped_ += kept_.drop();
}

void Execution::leave(SteadyTime now) {
  credit_ = 0;
  kept_.set_bytes_max(limits::kOutputKeptBytesMax);
  if (bounds_.on_disconnect == OnDisconnect::kCancel)
    end_all(v1::ExecutionEnd::KIND_CANCELLED, now);
}

void Execution::join(Outlet& agent, SteadyTime now) {
  ++agents_;
  if (started_) tell_running(agent, now);  // else once it is known to be so
}

void Execution::tell_running(Outlet& agent, SteadyTime now) {
  v1::ExecutorToAgent message;
  v1::ExecutionRunning& running = *message.mutable_running();
  running.set_id(id_);
  running.set_label(bounds_.label);
  const auto ran = std::chrono::duration_cast<Milliseconds>(now - since_);
  running.set_running_ms(static_cast<uint64_t>(ran.count()));
  running.set_sent_bytes(sent_bytes_);
  agent.send(message);
}

}  // namespace picket::node
