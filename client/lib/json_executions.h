// Runs of commands as JSON, one object each: what was asked for, each piece of output, the end. By
// the rules of client/lib/json.h; output is `text` if that is what it is, else `data`, base64.
#pragma once

#include <string>

#include "picket/v1/client_link.pb.h"

namespace picket::client {

std::string to_json(const v1::Execution& execution);
std::string to_json(const std::string& node, const v1::ExecutionOutput& output);
std::string to_json(const std::string& node, const v1::ExecutionEnded& ended);
/// Of a run that could not even be asked for.
std::string run_failure_json(const std::string& node, const std::string& why);

}  // namespace picket::client
