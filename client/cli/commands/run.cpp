// picket run SELECTOR LABEL [NAME=VALUE...]
#include <CLI/CLI.hpp>
#include <asio/signal_set.hpp>
#include <csignal>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/cli/commands/registry.h"
#include "client/cli/execution_words.h"
#include "client/cli/output_pump.h"
#include "client/cli/run_fleet.h"
#include "client/cli/run_options.h"
#include "client/cli/run_output.h"
#include "client/cli/table.h"
#include "client/lib/json_executions.h"
#include "client/words/command_words.h"
#include "client/words/words.h"

namespace picket::cli {
namespace {

class Running {
 public:
  Running(Context& context, const RunOptions& options, FleetOrder order, bool is_one)
      : context_(context),
        is_one_(is_one),
        detached_(options.detach),
        output_(output_for(options, order.nodes)),
        fleet_(context.hub, std::move(order), events()),
        signals_(context.io, SIGINT, SIGTERM),
        out_(context.io, context.out),
        err_(context.io, context.err) {}

  ExitCode run() {
    wait_for_signal();
    context_.io.restart();
    fleet_.start();
    while (!done_ && context_.io.run_one() > 0) {
      if (context_.out.ended()) cancel();  // nobody reads any more
      context_.hub.set_reading(!pump());
    }
    output_->finish();
    if (!is_one_ && !context_.json && !detached_) print_table();
    while (pump() && context_.io.run_one() > 0) {
    }
    signals_.cancel();
    return static_cast<ExitCode>(is_one_ ? status_of(fleet_.results().front().second)
                                         : status_of_many());
  }

 private:
  /// Whether something waits to be written. No more is read of the hub then.
  bool pump() {
    const bool out_waits = out_.pump();
    return err_.pump() || out_waits;
  }

  std::unique_ptr<RunOutput> output_for(const RunOptions& options,
                                        const std::vector<std::string>& nodes) {
    if (context_.json) return std::make_unique<JsonOutput>(context_.out);
    if (options.group) return std::make_unique<GroupedOutput>(context_.out);
    if (is_one_) return std::make_unique<PlainOutput>(context_.out, context_.err, options.raw);
    return std::make_unique<PrefixedOutput>(context_.out, context_.err, nodes);
  }

  Fleet::Events events() {
    return {.on_execution = [this](const v1::Execution& execution) { on_execution(execution); },
            .on_output = [this](const std::string& node,
                                const v1::ExecutionOutput& output) { output_->add(node, output); },
            .on_end = [this](const std::string& node,
                             const v1::ExecutionEnded& ended) { on_end(node, ended); },
            .on_failure = [this](const std::string& node,
                                 const client::Failure& failure) { on_failure(node, failure); },
            .on_done = [this] { done_ = true; }};
  }

  void on_execution(const v1::Execution& execution) {
    if (context_.json) return context_.out.write(client::to_json(execution) + "\n");
    if (detached_)
      context_.out.write(words::outside_text(execution.node()) + " " +
                         words::outside_text(execution.id()) + "\n");
    if (execution.state() == v1::Execution::STATE_UNKNOWN)
      say(execution.node(), "connection to the node lost, waiting for it");
  }

  void on_end(const std::string& node, const v1::ExecutionEnded& ended) {
    output_->end(node);
    if (context_.json) return context_.out.write(client::to_json(node, ended) + "\n");
    if (ended.missed_bytes() > 0)
      say(node, std::to_string(ended.missed_bytes()) + " bytes of output are missing");
    if (ended.end().dropped_bytes() > 0)
      say(node, std::to_string(ended.end().dropped_bytes()) +
                    " bytes of output were dropped: more than its max_output");
    const bool speaks_for_itself = ended.end().kind() == v1::ExecutionEnd::KIND_EXITED;
    if (is_one_ && !speaks_for_itself) say(node, words::end_words(ended.end()));
  }

  void on_failure(const std::string& node, const client::Failure& failure) {
    output_->end(node);
    if (context_.json)
      return context_.out.write(client::run_failure_json(node, failure.text) + "\n");
    if (is_one_) say(node, words::outside_text(failure.text));
  }

  // The first asks all that runs to end; who asks again leaves at once, by the signal.
  void wait_for_signal() {
    signals_.async_wait([this](const asio::error_code& error, int) {
      if (error) return;
      signals_.clear();
      context_.err.write("picket: cancelling; again to leave at once\n");
      cancel();
    });
  }
  void cancel() {
    if (!std::exchange(cancelled_, true)) fleet_.cancel();
  }

  void say(const std::string& node, const std::string& text) {
    context_.err.write("picket: " + words::outside_text(node) + ": " + text + "\n");
  }

  static int status_of(const FleetResult& result) {
    if (const auto* end = std::get_if<v1::ExecutionEnd>(&result)) return exit_status(*end);
    if (const auto* failure = std::get_if<client::Failure>(&result)) return exit_status(*failure);
    return kRunFailed;
  }

  int status_of_many() const {
    for (const auto& [node, result] : fleet_.results()) {
      if (!did_well(result)) return 1;
    }
    return 0;
  }

  void print_table() {
    Table table({"NODE", "RESULT", "RAN"});
    for (const auto& [node, result] : fleet_.results()) {
      if (const auto* end = std::get_if<v1::ExecutionEnd>(&result)) {
        table.add(
            {words::outside_text(node), end_cell(*end), std::to_string(end->ran_ms()) + " ms"});
      } else if (const auto* failure = std::get_if<client::Failure>(&result)) {
        table.add(
            {words::outside_text(node), {words::outside_text(failure->text), Colour::kRed}, "-"});
      } else {
        table.add({words::outside_text(node), {"not run", Colour::kYellow}, "-"});
      }
    }
    // Beside what the commands wrote, not in it.
    context_.err.write(table.print(context_.screen));
  }

  Context& context_;
  bool is_one_;
  bool detached_;
  std::unique_ptr<RunOutput> output_;
  Fleet fleet_;
  asio::signal_set signals_;
  OutputPump out_;
  OutputPump err_;
  bool done_ = false;
  bool cancelled_ = false;
};

ExitCode run_commands(Context& context, const RunOptions& options) {
  const auto run = run_of(options);
  if (!run) return report_usage(context, run.error());
  v1::ClientToHub request;
  request.mutable_list_nodes()->add_selectors(options.selector);
  FleetOrder order{.run = *run,
                   .nodes = {},
                   .parallel = options.parallel,
                   .canary = options.canary,
                   .batch = options.batch,
                   .stop_after = options.stop_after};
  const auto failure = ask(context, request, [&](const v1::HubToClient& item) {
    if (item.has_node() && item.node().state() != v1::NodeSummary::STATE_REVOKED)
      order.nodes.push_back(item.node().name());
  });
  if (failure) {
    report(context, *failure);
    return static_cast<ExitCode>(exit_status(*failure));
  }
  if (order.nodes.empty()) {
    report_no_match(context, {options.selector});
    return static_cast<ExitCode>(kRunFailed);
  }
  const bool is_one = order.nodes.size() == 1 && order.nodes.front() == options.selector;
  return Running(context, options, std::move(order), is_one).run();
}

}  // namespace

Run set_up_run(CLI::App& app) {
  const auto options = std::make_shared<RunOptions>();
  app.add_option("selector", options->selector, "A name, a glob over names, an address, or @all")
      ->type_name("SELECTOR")
      ->required();
  app.add_option("label", options->label, "What to run, as `picket commands` lists it")
      ->type_name("LABEL")
      ->required();
  app.add_option("arguments", options->arguments, "Its parameters")->type_name("NAME=VALUE");
  app.add_option("--timeout", options->timeout,
                 "End it after so long (30s); or earlier, if the node says so")
      ->type_name("DURATION");
  app.add_option("--wait", options->wait, "Give up if it has not started by then; by default 30s")
      ->type_name("DURATION");
  app.add_option("--parallel", options->parallel, "On so many nodes at once, at most 32")
      ->capture_default_str()
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  app.add_option("--canary", options->canary, "On so many first, and on the rest if they do well")
      ->type_name("N");
  app.add_option("--batch", options->batch, "On so many, and on the next when those have ended")
      ->type_name("N");
  app.add_option("--stop-after", options->stop_after, "No more once so many have failed")
      ->type_name("N");
  app.add_flag("--group", options->group, "At the end, and the same output shown once");
  app.add_flag("--detach", options->detach, "Don't wait: print the ids, and see picket attach");
  app.add_flag("--raw", options->raw, "To a terminal also what it would obey (progress bars)");
  return [options](Context& context) { return run_commands(context, *options); };
}

}  // namespace picket::cli
