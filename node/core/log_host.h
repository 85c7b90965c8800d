// What the feeds of the auth log need of the process that they run in.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "node/auth_log/log_source.h"

namespace picket::node {

/// What is known without waiting.
template <typename Value>
struct SoFar {
  std::optional<Value> value;
  bool is_coming = false;  // the feeds are woken when there is more to say
};

class LogHost {
 public:
  virtual ~LogHost() = default;
  /// The best log that can be read now, anew for each that asks; nothing: there is none. Whoever
  /// reads it is woken when there may be more.
  virtual std::unique_ptr<LogSource> open_log() = 0;
  virtual SoFar<uint32_t> uid_of(std::string_view user) = 0;
  /// What the user calls the key that has logged in: the comment in authorized_keys.
  virtual SoFar<std::string> key_name_of(std::string_view user, std::string_view fingerprint) = 0;
  /// LogFeeds::wake(), in a later turn of the loop.
  virtual void wake_soon() = 0;
};

}  // namespace picket::node
