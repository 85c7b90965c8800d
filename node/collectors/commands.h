// What may be run here, as a resource, and the way to the process that runs it. That process may do
// what root lists; this one can only ask it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "node/collectors/collector.h"
#include "node/collectors/last_value.h"
#include "node/collectors/registry.h"
#include "node/core/command_runner.h"
#include "picket/v1/node_processes.pb.h"

namespace picket::node {

inline constexpr std::string_view kCommandsResource = "commands";
inline constexpr std::string_view kCommandsFile = "/etc/picket/commands.toml";
/// What mends that there is an allowlist and nobody who runs what it lists.
inline constexpr const char* kCommandsRemedy =
    "systemctl enable --now picket-node-commands.socket, or start picket-node as root";

class CommandsCollector final : public Collector, public CommandRunner {
 public:
  explicit CommandsCollector(const CollectorContext& context);
  ~CommandsCollector() override;

  std::string_view resource() const override;
  void start(Publish publish) override;
  void refresh(Publish done) override;
  void stop() override;

  void run(v1::RunCommand command) override;
  void cancel(const std::string& id) override;
  void add_credit(const std::string& id, uint64_t bytes) override;

 private:
  struct Running;

  bool has_allowlist() const;
  void find_executor();
  bool take(std::string_view payload);
  bool on_hello(const v1::ExecutorHello& hello);
  void on_lost();
  void watch_folder();
  void tell_without_executor(const std::string& why, Milliseconds look_again);
  v1::ResourceValue new_value() const;
  void publish_if_changed(v1::ResourceValue value);

  CollectorContext context_;
  Publish publish_;
  v1::ResourceValue latest_;
  LastValue published_;
  bool had_allowlist_ = false;        // when it was last told that there is no executor
  std::unique_ptr<Running> running_;  // between start and stop
};

}  // namespace picket::node
