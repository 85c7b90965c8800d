// A command that may be run, in words. Everything returned is safe for a terminal.
#pragma once

#include <string>

#include "picket/v1/model.pb.h"

namespace picket::words {

/// "service=nginx|php-fpm [lines=1..1000]": in brackets what needn't be given.
std::string parameter_words(const v1::Command& command);

/// How a run ended: "exited 1", "killed by signal 9", "timed out", "refused: …"
std::string end_words(const v1::ExecutionEnd& end);

}  // namespace picket::words
