// What a bridge's program does beside telling: a bot. Runs on the same loop.
#pragma once

#include <asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/lib/hub_client.h"
#include "common/clock.h"
#include "common/deadlines.h"
#include "common/result.h"
#include "common/worker.h"
#include "integrations/delivery/mutes.h"

namespace picket::bridge {

class Companion {
 public:
  virtual ~Companion() = default;
  virtual void start() = 0;
  /// Lets go of the hub and the far side.
  virtual void stop() = 0;
  /// For `systemctl status`.
  virtual std::string status() const = 0;
};

/// Of a channel, and of those whose names begin with its and ".": topics of one chat.
struct ChannelMutes {
  /// `saved`: it is on the disk, or why it isn't yet; later, once, but not if the status is an
  /// error, which is a sentence for a person.
  std::function<Status(const std::string& name, const delivery::MuteOrder& order,
                       std::function<void(const Status& saved)> saved)>
      mute;
  std::function<Result<std::vector<delivery::MuteShown>>(const std::string& name)> list;
};

struct CompanionParts {
  asio::any_io_executor executor;
  const Clock& clock;
  Deadlines& deadlines;
  client::HubClientSettings hub;
  ChannelMutes mutes;
  Worker& worker;  // for the disk
  std::string state_folder;
};

/// After the channels were made; null: there is none.
using MakeCompanion = std::function<std::unique_ptr<Companion>(const CompanionParts& parts)>;

/// What --test finds out about it, as a sentence for a person.
using TryCompanion = std::function<void(std::function<void(const Result<std::string>& said)> done)>;

}  // namespace picket::bridge
