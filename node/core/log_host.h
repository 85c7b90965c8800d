// What the feeds of the auth log need of the process that they run in.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "node/auth_log/log_source.h"

namespace picket::node {

/// The uid of a user, as far as it is known without waiting.
struct UidAnswer {
  std::optional<uint32_t> uid;
  bool is_coming = false;  // LogHost::wake_soon() follows when there is more to say
};

class LogHost {
 public:
  virtual ~LogHost() = default;
  /// The best log that can be read now, anew for each that asks; nothing: there is none. Whoever
  /// reads it is woken when there may be more.
  virtual std::unique_ptr<LogSource> open_log() = 0;
  virtual UidAnswer uid_of(std::string_view user) = 0;
  /// LogFeeds::wake(), in a later turn of the loop.
  virtual void wake_soon() = 0;
};

}  // namespace picket::node
