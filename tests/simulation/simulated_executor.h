// The process that runs a node's commands, as far as its agent can tell: it outlives agents, keeps
// the real ledger of ids, writes as far as it has credit, and remembers what it truly did.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "node/core/command_runner.h"
#include "node/executor/ledger.h"
#include "picket/v1/node_processes.pb.h"
#include "tests/simulation/world.h"

namespace picket::simulation {

class SimulatedExecutor final : public node::CommandRunner {
 public:
  /// An agent's end of the socket.
  class Agent {
   public:
    virtual ~Agent() = default;
    virtual void on_executor(v1::ExecutorToAgent message) = 0;
    virtual void on_executor_lost() = 0;
  };
  /// What became of an id.
  struct Truth {
    int runs = 0;
    bool killed = false;  // with the executor
    uint64_t bytes = 0;   // that it wrote
    std::optional<v1::ExecutionEnd> end;
  };

  static constexpr char kStops[] = "stops";          // with the agent
  static constexpr char kContinues[] = "continues";  // without

  explicit SimulatedExecutor(World& world) : world_(world) {}

  /// An agent connects: both directions take their time, and keep their order.
  void join(Agent& agent);
  void leave();
  /// Dies with all that it runs, and is started anew.
  void crash();
  const std::map<std::string, Truth>& truth() const { return truth_; }
  std::size_t running() const { return running_.size(); }

  void run(v1::RunCommand command) override;
  void cancel(const std::string& id) override;
  void add_credit(const std::string& id, uint64_t bytes) override;

  /// What the output of this id has at this place.
  static char letter(const std::string& id, uint64_t place);

 private:
  struct Running {
    std::string label;
    uint64_t unwritten = 0;  // bytes
    uint64_t credit = 0;
    uint64_t sent = 0;    // place in its output
    uint64_t missed = 0;  // written while no agent was there
    bool cancelled = false;
  };

  std::string instance() const { return "executor" + std::to_string(life_); }
  void later(SteadyTime* last, std::function<void()> action);
  void ask(std::function<void()> action);  // on its way to the executor
  void tell(v1::ExecutorToAgent message);  // on its way to the agent
  void begin(const v1::RunCommand& command);
  void refuse(const std::string& id, v1::CommandRefusal refusal);
  void go_on(const std::string& id);
  void write(const std::string& id, Running& running);
  void end(const std::string& id);

  World& world_;
  uint64_t life_ = 1;
  uint64_t connection_ = 0;
  Agent* agent_ = nullptr;
  node::Ledger ledger_;
  std::map<std::string, Running> running_;
  std::map<std::string, Truth> truth_;  // by the node's ids; of all lives
  SteadyTime asked_;
  SteadyTime told_;
};

}  // namespace picket::simulation
