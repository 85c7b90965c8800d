#include "integrations/telegram/bot/run_file.h"

#include "common/log.h"
#include "integrations/bridge/kept_file.h"

namespace picket::telegram::bot {

// The hub has the runs and their ends; what is lost here is that chats are told of them.
v1::BotRuns RunFile::load() const {
  v1::BotRuns runs;
  const auto bytes = bridge::load_kept(path_);
  const bool is_read = bytes && runs.ParseFromString(*bytes);
  if (is_read) return runs;
  log::error(
      "the file of runs can't be read: how those ended that the bot had begun is not told in their "
      "chats (see picket executions)",
      {{"file", path_}, {"why", bytes ? "it is damaged" : bytes.error()}});
  return {};
}

void RunFile::save(const v1::BotRuns& runs, std::function<void(const Status& saved)> done) {
  bridge::keep(executor_, worker_, path_, runs.SerializeAsString(), std::move(done));
}

}  // namespace picket::telegram::bot
