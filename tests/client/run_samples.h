// Messages about commands and their runs, as tests of the client print them.
#pragma once

#include "tests/client/samples.h"

namespace picket::client::samples {

/// One with each kind of parameter, and a file that is half wrong.
inline v1::Commands commands() {
  v1::Commands commands;
  commands.set_instance_id("0011223344556677");
  commands.add_errors("/etc/picket/commands.toml:7: commands.backup: expected the key argv");
  auto& command = *commands.add_rows();
  command.set_label("restart");
  command.set_description("restarts a service");
  command.set_timeout_ms(60'000);
  command.set_read_only(false);
  const auto add = [&command](const char* name) -> v1::CommandParameter& {
    auto& parameter = *command.add_parameters();
    parameter.set_name(name);
    parameter.set_description("a parameter");
    return parameter;
  };
  add("service").mutable_one_of()->add_values("nginx");
  auto& host = add("host");
  host.mutable_matching()->set_pattern("[a-z.]+");
  host.mutable_matching()->set_bytes_max(64);
  host.set_default_value("localhost");
  auto& lines = *add("lines").mutable_whole_number();
  lines.set_min(1);
  lines.set_max(1000);
  add("file").set_path_under("/srv");
  return commands;
}

inline v1::Execution execution() {
  v1::Execution execution;
  execution.set_id("0192f0c4-7a3b-7c11-9d2e-5b1f0a9c3e77");
  execution.set_node("web1");
  execution.set_label("restart");
  auto& argument = *execution.add_arguments();
  argument.set_name("service");
  argument.set_value("nginx");
  execution.set_requested_by("uid 1000");
  execution.set_on_behalf_of("telegram:12345");
  execution.set_requested_unix_ns(kNowUnixNs - kMinute);
  execution.set_started_unix_ns(kNowUnixNs - kMinute + 1'000'000);
  execution.set_ended_unix_ns(kNowUnixNs - kSecond);
  execution.set_state(v1::Execution::STATE_ENDED);
  execution.set_output_bytes(12);
  auto& end = *execution.mutable_end();
  end.set_kind(v1::ExecutionEnd::KIND_EXITED);
  end.set_code(3);
  end.set_stdout_bytes(10);
  end.set_stderr_bytes(2);
  end.set_ran_ms(58'999);
  return execution;
}

}  // namespace picket::client::samples
