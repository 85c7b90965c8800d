// picket attach ID
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "client/cli/commands/registry.h"
#include "client/cli/execution_words.h"
#include "client/cli/run_output.h"
#include "client/lib/json_executions.h"
#include "client/words/command_words.h"
#include "client/words/words.h"

namespace picket::cli {
namespace {

ExitCode attach(Context& context, const std::string& id, bool raw) {
  v1::ClientToHub request;
  request.mutable_attach_execution()->set_id(id);
  std::unique_ptr<RunOutput> output;
  if (context.json) {
    output = std::make_unique<JsonOutput>(context.out);
  } else {
    output = std::make_unique<PlainOutput>(context.out, context.err, raw);
  }
  std::string node;
  std::optional<v1::ExecutionEnd> end;
  const auto failure = ask(context, request, [&](const v1::HubToClient& item) {
    if (item.has_execution()) {
      node = item.execution().node();
      if (context.json) context.out.write(client::to_json(item.execution()) + "\n");
    } else if (item.has_execution_output()) {
      output->add(node, item.execution_output());
    } else if (item.has_execution_ended()) {
      end = item.execution_ended().end();
      output->end(node);
      if (!context.json && item.execution_ended().missed_bytes() > 0)
        context.err.write("picket: " + std::to_string(item.execution_ended().missed_bytes()) +
                          " bytes of output are missing\n");
      if (context.json) context.out.write(client::to_json(node, item.execution_ended()) + "\n");
    }
  });
  if (failure) {
    report(context, *failure);
    return static_cast<ExitCode>(exit_status(*failure));
  }
  if (!end) return static_cast<ExitCode>(kRunFailed);
  if (!context.json && end->kind() != v1::ExecutionEnd::KIND_EXITED)
    context.err.write("picket: " + words::end_words(*end) + "\n");
  return static_cast<ExitCode>(exit_status(*end));
}

}  // namespace

Run set_up_attach(CLI::App& app) {
  const auto id = std::make_shared<std::string>();
  const auto raw = std::make_shared<bool>(false);
  app.add_option("id", *id, "As printed by picket run --detach and picket executions")
      ->type_name("ID")
      ->required();
  app.add_flag("--raw", *raw, "To a terminal also what it would obey (progress bars)");
  return [id, raw](Context& context) { return attach(context, *id, *raw); };
}

}  // namespace picket::cli
