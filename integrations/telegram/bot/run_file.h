// What the bot knows of its runs, in a file beside the bridge's places.
#pragma once

#include <asio/any_io_executor.hpp>
#include <string>
#include <utility>

#include "common/worker.h"
#include "integrations/telegram/bot/core/ports.h"

namespace picket::telegram::bot {

class RunFile final : public RunStore {
 public:
  /// `executor`: of the loop that the worker's results come back to. `worker` outlives it.
  RunFile(asio::any_io_executor executor, Worker& worker, std::string path)
      : executor_(std::move(executor)), worker_(worker), path_(std::move(path)) {}

  /// A file that is damaged is said to be in the log, and nothing is known then.
  v1::BotRuns load() const;
  void save(const v1::BotRuns& runs, std::function<void(const Status& saved)> done) override;

 private:
  asio::any_io_executor executor_;
  Worker& worker_;
  std::string path_;
};

}  // namespace picket::telegram::bot
