// What a daemon tells the systemd that started it, by the protocol of sd_notify(3).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace picket {

/// Sends a state ("READY=1"; several, a line each). False: there is nobody to tell.
bool notify_systemd(std::string_view state);

/// How often to send "WATCHDOG=1": at half of the time after which systemd takes this process for
/// hung. Empty: it doesn't watch this process.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace picket
