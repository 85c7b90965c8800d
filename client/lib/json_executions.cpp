#include "client/lib/json_executions.h"

#include <string_view>

#include "common/json_fields.h"
#include "common/utf8.h"

namespace picket::client {
namespace {

using json::Json;
using json::line_of;
using json::put_bytes;
using json::put_known;
using json::put_text;
using json::put_time;
using json::put_word;

void put_outside_bytes(Json& object, const std::string& bytes) {
  if (to_valid_utf8(bytes) == bytes) {
    object["text"] = bytes;
  } else {
    put_bytes(object, "data", bytes);
  }
}

Json value_of(const v1::ExecutionEnd& end) {
  Json object = Json::object();
  put_word(object, "kind", v1::ExecutionEnd::Kind_Name(end.kind()), "KIND_");
  const bool has_code =
      end.kind() == v1::ExecutionEnd::KIND_EXITED || end.kind() == v1::ExecutionEnd::KIND_SIGNALED;
  if (has_code) object["code"] = end.code();
  put_word(object, "refusal", v1::CommandRefusal_Name(end.refusal()), "COMMAND_REFUSAL_");
  put_text(object, "reason", end.reason());
  object["stdout_bytes"] = end.stdout_bytes();
  object["stderr_bytes"] = end.stderr_bytes();
  object["dropped_bytes"] = end.dropped_bytes();
  object["ran_ms"] = end.ran_ms();
  return object;
}

}  // namespace

std::string to_json(const v1::Execution& execution) {
  Json object = Json::object();
  put_text(object, "id", execution.id());
  put_text(object, "node", execution.node());
  put_text(object, "label", execution.label());
  Json arguments = Json::object();
  for (const auto& argument : execution.arguments())
    arguments[argument.name()] = to_valid_utf8(argument.value());
  object["arguments"] = std::move(arguments);
  put_text(object, "requested_by", execution.requested_by());
  put_text(object, "on_behalf_of", execution.on_behalf_of());
  put_time(object, "requested", execution.requested_unix_ns());
  put_time(object, "started", execution.started_unix_ns());
  put_time(object, "ended", execution.ended_unix_ns());
  put_word(object, "state", v1::Execution::State_Name(execution.state()), "STATE_");
  if (execution.has_end()) object["end"] = value_of(execution.end());
  object["output_bytes"] = execution.output_bytes();
  return line_of(Json{{"execution", std::move(object)}});
}

std::string to_json(const std::string& node, const v1::ExecutionOutput& output) {
  Json object = Json::object();
  put_text(object, "id", output.id());
  put_text(object, "node", node);
  put_word(object, "stream", v1::ExecutionOutput::Stream_Name(output.stream()), "STREAM_");
  put_known(object, "missed_bytes", output.missed_bytes());
  put_outside_bytes(object, output.data());
  return line_of(Json{{"execution_output", std::move(object)}});
}

std::string to_json(const std::string& node, const v1::ExecutionEnded& ended) {
  Json object = Json::object();
  put_text(object, "id", ended.id());
  put_text(object, "node", node);
  put_known(object, "missed_bytes", ended.missed_bytes());
  object["end"] = value_of(ended.end());
  return line_of(Json{{"execution_ended", std::move(object)}});
}

std::string run_failure_json(const std::string& node, const std::string& why) {
  return line_of(Json{{"run_failed", {{"node", node}, {"reason", to_valid_utf8(why)}}}});
}

}  // namespace picket::client
