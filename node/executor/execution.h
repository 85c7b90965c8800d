// One run of a command, from its process's start to its one end: what it writes, as far as there is
// credit for it; how it is ended when its time is over or nobody wants it; what is kept of it while
// no agent is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/clock.h"
#include "node/commands/command.h"
#include "node/executor/kept_output.h"
#include "node/executor/outlet.h"
#include "node/executor/output_pipes.h"
#include "node/executor/supervisor.h"
#include "picket/v1/model.pb.h"

namespace picket::node {

class Execution {
 public:
  struct Bounds {
    std::string label;
    std::optional<Milliseconds> timeout;
    Milliseconds kill_grace;
    uint64_t output_bytes_max;
    OnDisconnect on_disconnect;
  };
  Execution(std::string id, Bounds bounds, StartedCommand command, SteadyTime now);
  /// If it has not ended, its supervisor sees this end and kills all of it.
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  const std::string& id() const { return id_; }
  const std::string& label() const { return bounds_.label; }
  /// Whether that was told, or is what a later agent is told first.
  bool has_started() const { return started_; }
  /// Whether those that belong to it are not gone yet; its output may wait for longer.
  bool has_processes() const { return bool(control_); }
  /// Whether its processes are gone and its output was read; that may still wait for credit.
  bool is_done() const { return done_; }
  /// Whether its end, or that it could not be started, has been told.
  bool is_told() const { return told_; }

  /// What it waits for. `agent` is null if there is none.
  void want(PollSet& polls, const Outlet* agent) const;
  /// When it has to have its turn at the latest.
  std::optional<SteadyTime> deadline() const;
  void turn(const PollSet& polls, Outlet* agent, SteadyTime now);

  void add_credit(uint64_t bytes);
  /// Of what is over: drops the output that is left.
  void cancel(SteadyTime now);
  /// The agent has gone: what goes on keeps the newest of its output.
  void leave(SteadyTime now);
  /// Tells a new agent about it, which has to give it credit.
  void join(Outlet& agent, SteadyTime now);

 private:
  /// The command itself has ended, or who watched over it has.
  bool is_over() const { return status_ || !control_; }
  void end_all(v1::ExecutionEnd::Kind why, SteadyTime now);
  void order(SupervisorOrder order);
  void read_failure(Outlet* agent, SteadyTime now);
  void end_failure();
  void read_control(SteadyTime now);
  void reap_supervisor(int options);
  void keep_time(SteadyTime now);
  void give_up_preparing(SteadyTime now);
  bool may_read(const Outlet* agent) const;
  void move_output(Outlet* agent);
  void take_from_pipes(Outlet* agent);
  void drain_pipes();
  void pass_on(Chunk chunk, Outlet* agent);
  void send(Chunk chunk, Outlet& agent);
  void send_kept(Outlet& agent);
  void settle(SteadyTime now);
  void tell_running(Outlet& agent, SteadyTime now);
  void tell_end(Outlet& agent, SteadyTime now);
  v1::ExecutionEnd end(SteadyTime now) const;
  uint64_t allowed() const;

  std::string id_;
  Bounds bounds_;
  pid_t supervisor_;
  UniqueFd control_;
  UniqueFd failure_;
  OutputPipes pipes_;
  KeptOutput kept_;

  SteadyTime since_;
  std::optional<SteadyTime> timeout_at_;
  std::optional<SteadyTime> prepared_by_;     // until it is known whether it has started
  std::optional<SteadyTime> kill_at_;         // after SIGTERM
  std::optional<SteadyTime> give_up_at_;      // after SIGKILL
  std::optional<SteadyTime> close_pipes_at_;  // after the command's own end
  std::optional<SteadyTime> ended_at_;

  std::string why_not_started_;   // a NotStarted, then the sentence; empty: it has
  std::string why_not_prepared_;  // where it was not waited for longer
  bool started_ = false;
  int agents_ = 1;             // that it has had
  std::optional<int> status_;  // wait(2)'s
  v1::ExecutionEnd::Kind ended_by_ = v1::ExecutionEnd::KIND_UNSPECIFIED;
  bool done_ = false;
  bool told_ = false;
  uint64_t credit_ = 0;
  uint64_t out_bytes_ = 0;
  uint64_t err_bytes_ = 0;
  uint64_t dropped_ = 0;
  uint64_t sent_bytes_ = 0;  // to agents, counting what was missed
};

}  // namespace picket::node
