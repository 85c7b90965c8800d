#include "client/cli/execution_words.h"

#include <csignal>

#include "client/words/command_words.h"

namespace picket::cli {

Cell end_cell(const v1::ExecutionEnd& end) {
  const bool is_good = end.kind() == v1::ExecutionEnd::KIND_EXITED && end.code() == 0;
  return {words::end_words(end), is_good ? Colour::kGreen : Colour::kRed};
}

int exit_status(const v1::ExecutionEnd& end) {
  switch (end.kind()) {
    case v1::ExecutionEnd::KIND_EXITED: return static_cast<int>(end.code() & 0xFF);
    case v1::ExecutionEnd::KIND_SIGNALED: return kRunSignaled + static_cast<int>(end.code() & 0x7F);
    case v1::ExecutionEnd::KIND_TIMED_OUT: return kRunTimedOut;
    case v1::ExecutionEnd::KIND_CANCELLED: return kRunSignaled + SIGINT;
    case v1::ExecutionEnd::KIND_REFUSED:
      return end.refusal() == v1::COMMAND_REFUSAL_NO_SUCH_LABEL ? kRunNoSuchLabel : kRunRefused;
    default: return kRunFailed;
  }
}

int exit_status(const client::Failure& failure) {
  return failure.kind == client::Failure::Kind::kNotPermitted ? kRunRefused : kRunFailed;
}

}  // namespace picket::cli
