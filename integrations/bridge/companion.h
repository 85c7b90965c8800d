// What a bridge's program does beside telling: a bot. Runs on the same loop.
#pragma once

#include <asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "client/lib/hub_client.h"
#include "common/clock.h"
#include "common/deadlines.h"
#include "common/result.h"
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

/// Keeps a channel quiet, and those whose names begin with its and ".": topics of one chat.
/// Nothing: all that they are quiet about is over. The error is a sentence for a person.
using MuteChannels =
    std::function<Status(const std::string& name, const std::optional<delivery::Mute>& mute)>;

struct CompanionParts {
  asio::any_io_executor executor;
  const Clock& clock;
  Deadlines& deadlines;
  client::HubClientSettings hub;
  MuteChannels mute;
};

/// After the channels were made; null: there is none.
using MakeCompanion = std::function<std::unique_ptr<Companion>(const CompanionParts& parts)>;

}  // namespace picket::bridge
