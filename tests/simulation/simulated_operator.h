// A client that asks for commands to be run, follows them, at times cancels them, and comes back to
// those whose end it has not been told; it checks what it is told of each.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "picket/v1/client_link.pb.h"
#include "tests/simulation/actors.h"

namespace picket::simulation {

class SimulatedOperator {
 public:
  /// A run as it is seen from here.
  struct Followed {
    std::string node;
    std::string id;       // empty: the hub has not said it
    bool over = false;    // nothing more will be told
    bool forgot = false;  // the hub knows nothing of it any more
    uint64_t place = 0;   // in its output
    bool started = false;
    v1::ExecutionEnd end;
    uint64_t missed_at_end = 0;
  };

  SimulatedOperator(World& world, SimulatedHub& hub);
  ~SimulatedOperator();

  void run(const std::string& node, const std::string& label, uint64_t start_within_ms = 0);
  /// One that has been told to run.
  void cancel_any();
  void cut();

  const std::vector<std::shared_ptr<Followed>>& runs() const { return runs_; }
  bool connected() const { return wire_ != nullptr; }

 private:
  class Handler;
  void connect();
  void connect_later();
  void attach(const std::shared_ptr<Followed>& run);
  void send(v1::ClientToHub request, const std::shared_ptr<Followed>& run);
  void on_closed();
  void on_message(const v1::HubToClient& message);
  static void on_output(Followed& run, const v1::ExecutionOutput& output);

  World& world_;
  SimulatedHub& hub_;
  std::shared_ptr<Wire> wire_;
  uint64_t next_request_ = 1;
  std::map<uint64_t, std::shared_ptr<Followed>> asked_;  // by request, on this connection
  std::vector<std::shared_ptr<Followed>> runs_;
};

}  // namespace picket::simulation
