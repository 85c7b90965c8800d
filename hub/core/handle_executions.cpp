// run, attach_execution, cancel_execution and list_executions.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/frame.h"
#include "common/limits.h"
#include "hub/core/audit_execution.h"
#include "hub/core/execution_reader.h"
#include "hub/core/handlers.h"
#include "hub/core/hub.h"
#include "hub/core/selector.h"

namespace picket::hub {
namespace {

using Error = v1::Error;

/// Why a run is not sent to its node.
struct Refusal {
  Error::Code code = Error::CODE_UNSPECIFIED;  // unspecified: its end says it
  v1::CommandRefusal refusal = v1::COMMAND_REFUSAL_UNSPECIFIED;
  std::string reason;
};

const v1::Commands* commands_of(const Hub& hub, std::string_view node) {
  const NodeRecord* record = hub.state().find(node);
  if (record == nullptr) return nullptr;
  const auto resource = record->resources.find(kCommandsResource);
  if (resource == record->resources.end() || !resource->second.fresh) return nullptr;
  return resource->second.commands ? &*resource->second.commands : nullptr;
}

bool has_label(const v1::Commands& commands, const std::string& label) {
  for (const auto& command : commands.rows()) {
    if (command.label() == label) return true;
  }
  return false;
}

std::string why_none(const v1::Commands* commands) {
  if (commands == nullptr) return "the node runs no commands";
  if (commands->errors().empty()) return "the process that runs commands is not there";
  // By whatever is at the other end.
  return commands->errors(0).empty() ? "the node's allowlist can't be used" : commands->errors(0);
}

std::optional<Refusal> refusal_of(const RequestContext& context, const v1::Run& run) {
  Hub& hub = context.hub;
  if (hub.state().find(run.node()) == nullptr)
    return Refusal{Error::CODE_NO_SUCH_NODE, {}, "no such node: " + run.node()};
  if (!hub.access().may_run(context.caller, run.label(), run.node())) {
    return Refusal{Error::CODE_NOT_PERMITTED,
                   {},
                   to_string(context.caller) + " may not run " + run.label() + " on " + run.node() +
                       " (see [access] in hub.toml)"};
  }
  if (hub.node_links().find(run.node()) == nullptr)
    return Refusal{Error::CODE_NOT_CONNECTED, {}, run.node() + " is not connected"};
  const v1::Commands* commands = commands_of(hub, run.node());
  if (commands == nullptr || commands->instance_id().empty())
    return Refusal{{}, v1::COMMAND_REFUSAL_NO_ALLOWLIST, why_none(commands)};
  if (!has_label(*commands, run.label())) {
    return Refusal{{},
                   v1::COMMAND_REFUSAL_NO_SUCH_LABEL,
                   run.node() + " has no command \"" + run.label() + "\""};
  }
  if (hub.executions().is_full(run.node()))
    return Refusal{{}, v1::COMMAND_REFUSAL_BUSY, "as much runs on " + run.node() + " as may"};
  return std::nullopt;
}

// Requests name what they are about in texts that end up in rows, records and messages.
bool is_within_limits(const v1::Run& run) {
  std::size_t bytes = 0;
  for (const auto& argument : run.arguments()) {
    if (argument.name().size() > limits::kCommandNameBytesMax) return false;
    bytes += argument.value().size();
  }
  return run.node().size() <= limits::kSelectorBytesMax &&
         run.label().size() <= limits::kCommandNameBytesMax &&
         run.on_behalf_of().size() <= limits::kOnBehalfOfBytesMax &&
         run.arguments_size() <= static_cast<int>(limits::kCommandParametersMax) &&
         bytes <= limits::kCommandArgvBytesMax;
}

AuditedRun audited(const RequestContext& context, const v1::Run& run, const std::string& id) {
  AuditedRun record{.actor = to_string(context.caller),
                    .on_behalf_of = run.on_behalf_of(),
                    .request = id,
                    .label = run.label(),
                    .nodes = {run.node()},
                    .parameters = {}};
  for (const auto& argument : run.arguments())
    record.parameters.emplace_back(argument.name(), argument.value());
  return record;
}

bool record(const RequestContext& context, const v1::Run& run, const std::string& id,
            const std::optional<std::string>& refusal) {
  const AuditedRun audited_run = audited(context, run, id);
  Audit& audit = context.hub.audit();
  return audit.record_soon(run_requested(audited_run)) &&
         audit.record_soon(run_decided(audited_run, {run.node(), id}, refusal));
}

// Nothing is done either way, so the answer doesn't depend on the record.
void refuse_run(const RequestContext& context, const v1::Run& run, const Refusal& refusal) {
  if (context.hub.refusals().take(context.caller)) (void)record(context, run, {}, refusal.reason);
  if (refusal.code != Error::CODE_UNSPECIFIED)
    return context.response.error(refusal.code, refusal.reason);
  v1::HubToClient message;
  v1::ExecutionEnd& end = *message.mutable_execution_ended()->mutable_end();
  end.set_kind(v1::ExecutionEnd::KIND_REFUSED);
  end.set_refusal(refusal.refusal);
  end.set_reason(refusal.reason);
  context.response.item(std::move(message));
  context.response.end();
}

void follow(const RequestContext& context, Execution& execution, bool starter) {
  auto reader = std::make_shared<ExecutionReader>(context.hub.executions(), execution,
                                                  context.response, starter);
  context.response.follow([reader = std::move(reader)](std::vector<std::string>& frames) {
    return reader->next(frames);
  });
}

/// The execution, or nothing after the error was answered. Who may not run it may not know of it.
Execution* find(const RequestContext& context, const std::string& id) {
  Execution* execution = context.hub.executions().find(id);
  if (execution != nullptr &&
      context.hub.access().may_run(context.caller, execution->told.label(), execution->told.node()))
    return execution;
  context.response.error(Error::CODE_NO_SUCH_EXECUTION, "no such execution: " + id);
  return nullptr;
}

}  // namespace

void handle_run(const RequestContext& context) {
  const v1::Run& run = context.request.run();
  Hub& hub = context.hub;
  if (!is_within_limits(run))
    return context.response.error(Error::CODE_INVALID, "a text of the request is over its limit");
  const auto refusal = refusal_of(context, run);
  if (refusal) return refuse_run(context, run, *refusal);
  const std::string id = hub.executions().new_id();
  if (!record(context, run, id, std::nullopt)) {
    return context.response.error(
        Error::CODE_INTERNAL,
        "nothing is run: the audit log can't be written: " + hub.audit().trouble());
  }
  Execution& execution =
      hub.executions().start(*hub.node_links().find(run.node()), run, id, to_string(context.caller),
                             commands_of(hub, run.node())->instance_id());
  if (!run.detached()) return follow(context, execution, true);
  v1::HubToClient message;
  *message.mutable_execution() = execution.told;
  context.response.item(std::move(message));
  context.response.end();
}

void handle_attach_execution(const RequestContext& context) {
  Execution* execution = find(context, context.request.attach_execution().id());
  if (execution != nullptr) follow(context, *execution, false);
}

void handle_cancel_execution(const RequestContext& context) {
  const std::string& on_behalf_of = context.request.cancel_execution().on_behalf_of();
  if (on_behalf_of.size() > limits::kOnBehalfOfBytesMax)
    return context.response.error(Error::CODE_INVALID, "on_behalf_of is too long");
  Execution* execution = find(context, context.request.cancel_execution().id());
  if (execution == nullptr) return;
  // Who asks once more changes nothing.
  const bool is_news = execution->cancelled_by.empty();
  const bool is_recorded =
      !execution->has_ended() && (is_news || context.hub.refusals().take(context.caller));
  AuditRecord record{
      .actor = to_string(context.caller),
      .action = "run.cancel",
      .object = execution->told.label(),
      .allowed = true,
      .outcome = "asked for",
      .details = {{"node", execution->told.node()}, {"execution", execution->told.id()}}};
  if (!on_behalf_of.empty()) record.details.emplace_back("on_behalf_of", on_behalf_of);
  if (is_recorded && !context.hub.audit().record_soon(record)) {
    return context.response.error(Error::CODE_INTERNAL, context.hub.audit().trouble());
  }
  context.hub.executions().cancel(*execution, to_string(context.caller));
  context.response.end();
}

void handle_list_executions(const RequestContext& context) {
  const auto& selectors = context.request.list_executions().selectors();
  const auto nodes = selected_nodes(context, selectors);
  if (!nodes) return;
  auto ids = std::make_shared<std::vector<std::string>>();
  for (const auto& [id, execution] : context.hub.executions().all()) {
    const bool is_meant =
        selectors.empty() || std::ranges::binary_search(*nodes, execution.told.node());
    if (is_meant &&
        context.hub.access().may_run(context.caller, execution.told.label(), execution.told.node()))
      ids->push_back(id);
  }
  context.response.stream(
      [&hub = context.hub, ids, next = std::size_t{0},
       request_id = context.response.request_id()](std::vector<std::string>& frames) mutable {
        if (next == ids->size()) return Made::kAll;
        const Execution* execution = hub.executions().find((*ids)[next++]);
        if (execution == nullptr) return Made::kSome;  // forgotten meanwhile
        v1::HubToClient message;
        message.set_request_id(request_id);
        *message.mutable_execution() = execution->told;
        frames.push_back(encode_frame(message));
        return Made::kSome;
      });
}

}  // namespace picket::hub
