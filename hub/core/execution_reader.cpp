#include "hub/core/execution_reader.h"

#include <utility>

#include "common/frame.h"
#include "hub/core/executions.h"

namespace picket::hub {

ExecutionReader::ExecutionReader(Executions& executions, Execution& execution, Response response,
                                 bool starter)
    : executions_(executions), execution_(&execution), response_(std::move(response)) {
  execution.readers.insert(this);
  if (starter) execution.starter = this;
  execution.output.set_bytes_max(limits::kOutputRingBytesMax);
}

ExecutionReader::~ExecutionReader() {
  if (execution_ == nullptr) return;
  execution_->readers.erase(this);
  const bool was_starter = execution_->starter == this;
  if (was_starter) execution_->starter = nullptr;
  if (execution_->readers.empty()) execution_->output.set_bytes_max(limits::kOutputTailBytesMax);
  if (was_starter) executions_.grant(*execution_);
}

void ExecutionReader::put(std::vector<std::string>& frames, v1::HubToClient message) const {
  message.set_request_id(response_.request_id());
  frames.push_back(encode_frame(message));
}

Made ExecutionReader::next(std::vector<std::string>& frames) {
  if (execution_ == nullptr) return Made::kAll;
  v1::HubToClient message;
  if (told_state_ != execution_->told.state() && !execution_->has_ended()) {
    told_state_ = execution_->told.state();
    *message.mutable_execution() = execution_->told;
    put(frames, std::move(message));
    return Made::kSome;
  }
  const OutputRing::Piece piece = execution_->output.at(place_);
  // What is missing is told at once, unless the end says it: else nobody would ask for more.
  if (!piece.data.empty() || (piece.missed_bytes > 0 && !execution_->has_ended())) {
    v1::ExecutionOutput& output = *message.mutable_execution_output();
    output.set_id(execution_->told.id());
    output.set_stream(piece.stream);
    output.set_data(piece.data.data(), piece.data.size());
    output.set_missed_bytes(piece.missed_bytes);
    place_ += piece.missed_bytes + piece.data.size();
    put(frames, std::move(message));
    if (execution_->starter == this) executions_.grant(*execution_);
    return Made::kSome;
  }
  if (!execution_->has_ended()) return Made::kLater;
  v1::ExecutionEnded& ended = *message.mutable_execution_ended();
  ended.set_id(execution_->told.id());
  *ended.mutable_end() = execution_->told.end();
  ended.set_missed_bytes(piece.missed_bytes);
  put(frames, std::move(message));
  return Made::kAll;
}

void ExecutionReader::wake() const { response_.wake(); }

}  // namespace picket::hub
