#include "client/cli/execution_words.h"

#include <csignal>

#include "client/words/words.h"

namespace picket::cli {

std::string end_words(const v1::ExecutionEnd& end) {
  switch (end.kind()) {
    case v1::ExecutionEnd::KIND_EXITED: return "exited " + std::to_string(end.code());
    case v1::ExecutionEnd::KIND_SIGNALED: return "killed by signal " + std::to_string(end.code());
    case v1::ExecutionEnd::KIND_TIMED_OUT: return "timed out";
    case v1::ExecutionEnd::KIND_CANCELLED: return "cancelled";
    case v1::ExecutionEnd::KIND_REFUSED: return "refused: " + words::outside_text(end.reason());
    case v1::ExecutionEnd::KIND_LOST: return "lost: " + words::outside_text(end.reason());
    default: return "ended in a way that this program doesn't know";
  }
}

Cell end_cell(const v1::ExecutionEnd& end) {
  const bool is_good = end.kind() == v1::ExecutionEnd::KIND_EXITED && end.code() == 0;
  return {end_words(end), is_good ? Colour::kGreen : Colour::kRed};
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
