// A taken-over agent against the executor: any sequence of frames. Run as root it starts processes,
// all of them /bin/true; else every run is refused.
#include <fcntl.h>
#include <sys/stat.h>

#include <map>
#include <memory>
#include <string>

#include "common/log.h"
#include "common/message_shapes.h"
#include "node/executor/executor.h"
#include "picket/v1/node_processes.pb.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/steps.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/trusted_folder.h"

namespace picket::fuzz {
namespace {

constexpr const char* kAllowlist = R"(
[commands.t]
argv = ["/bin/true"]
user = "root"
[commands.p]
argv = ["/bin/echo", "{p}", "-{p}"]
user = "nobody"
concurrency = 4
on_disconnect = "continue"
[commands.p.parameters.p]
pattern = "[^x]+"
max_length = 200
)";

const std::string& allowlist_path() {
  static const auto kFolder = [] {
    std::unique_ptr<test::TrustedFolder> folder;
    if (!test::TrustedFolder::possible()) return folder;
    folder = std::make_unique<test::TrustedFolder>();
    test::write(*folder / "commands.toml", kAllowlist);
    return folder;
  }();
  static const std::string kPath = kFolder ? *kFolder / "commands.toml" : "/none/commands.toml";
  return kPath;
}

class Scene : public node::Outlet {
 public:
  explicit Scene(uint8_t /*role*/) : executor_(allowlist_path(), "i", clock_) {
    executor_.join(*this);
  }

  void take(const Step& step) {
    if (step.frame) return hear(*step.frame);
    switch (step.what % 4) {
      case 0: return turn();
      case 1: return reconnect();
      case 2: room_ = step.how % 2 == 0; return;
      default: clock_.advance(Milliseconds(step.how * 100)); return turn();
    }
  }

  // Everything ends, whatever was said.
  void end() {
    room_ = true;
    executor_.stop();
    for (int i = 0; i < 5000 && !executor_.is_idle(); ++i) {
      for (auto& [id, run] : runs_) {
        v1::AgentToExecutor credit;
        credit.mutable_credit()->set_id(id);
        credit.mutable_credit()->set_bytes(limits::kOutputCreditMax);
        expect(executor_.take(credit), "credit is taken");
      }
      clock_.advance(Milliseconds(1));
      turn();
    }
    expect(executor_.is_idle(), "nothing is left");
    for (const auto& [id, run] : runs_) {
      expect(run.ended <= 1 && run.started <= 1, "nothing runs or ends twice");
      expect(run.ended >= run.started, "what has started ends");
    }
  }

  void send(const v1::ExecutorToAgent& message) override {
    expect(v1::ExecutorToAgent().ParseFromString(message.SerializeAsString()), "it can be read");
    if (message.has_started()) ++runs_[message.started().id()].started;
    if (message.has_running()) runs_[message.running().id()].started = 1;
    if (message.has_ended()) ++runs_[message.ended().id()].ended;
    if (!message.has_output()) return;
    const Run& run = runs_[message.output().id()];
    expect(run.started == 1 && run.ended == 0, "output comes between start and end");
    expect(message.output().data().size() <= limits::kOutputChunkBytesMax, "and in pieces");
  }
  bool has_room() const override { return room_; }

 private:
  struct Run {
    int started = 0;
    int ended = 0;
  };

  void hear(std::string_view payload) {
    v1::AgentToExecutor message;
    if (!decode(payload, shapes::kAgentToExecutor, message) || !executor_.take(message))
      return reconnect();
    if (message.has_run()) runs_[message.run().id()];
    turn();
  }
  void reconnect() {
    executor_.leave();
    executor_.join(*this);
  }
  void turn() {
    polls_.clear();
    executor_.want(polls_);
    (void)polls_.wait(Milliseconds(executor_.is_idle() ? 0 : 1));
    executor_.turn(polls_);
  }

  test::ManualClock clock_{WallTime(Seconds(1'700'000'000))};
  std::map<std::string, Run> runs_;
  bool room_ = true;
  node::PollSet polls_;
  node::Executor executor_;
};

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  picket::log::set_up(picket::log::Level::kError);
  return play(data, size, [](uint8_t role) { return Scene(role); });
}
