// The place up to which a far side was told, in a file: replaced whole, synced, by a helper thread.
#pragma once

#include <asio/any_io_executor.hpp>
#include <string>

#include "common/worker.h"
#include "integrations/delivery/place.h"

namespace picket::bridge {

/// What was saved; without a file: nothing was. A file that can't be read is an error that names
/// it.
Result<v1::BridgeState> load_place(const std::string& path);

class PlaceFile final : public delivery::Place {
 public:
  /// `executor`: of the loop that the worker's results come back to. `worker` outlives it. Without
  /// a path nothing is kept.
  PlaceFile(asio::any_io_executor executor, Worker& worker, std::string path)
      : executor_(std::move(executor)), worker_(worker), path_(std::move(path)) {}

  void save(const v1::BridgeState& state, std::function<void(Status saved)> done) override;

 private:
  asio::any_io_executor executor_;
  Worker& worker_;
  std::string path_;
};

}  // namespace picket::bridge
