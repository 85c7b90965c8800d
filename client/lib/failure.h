// Why a request or a subscription got no answer, in the terms that a program acts on: exit codes,
// retries.
#pragma once

#include <string>

namespace picket::client {

struct Failure {
  enum class Kind {
    kUnreachable,   // no hub at the socket, or the connection was lost
    kNotPermitted,  // by the socket's mode, or by the hub
    kNoSuchNode,
    kRefused,   // any other answer that isn't what was asked for
    kProtocol,  // no common version, or frames that make no sense
  };
  Kind kind = Kind::kRefused;
  std::string text;  // one sentence for a person; may hold outside text
};

}  // namespace picket::client
