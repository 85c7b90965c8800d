// What sd-login of systemd 252 (Debian 12) can't tell of a session: its leader, its start, its
// user's name. From 254 on the library does; before, they stand in the file that it reads itself.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace picket::node {

struct LogindState {
  std::string user;
  pid_t leader = 0;
  uint64_t since_us = 0;  // since the epoch
};

/// Of the session `id`; what isn't known stays empty or 0.
LogindState logind_state(const std::string& id);

/// The same from a session file's text. Pure.
LogindState parse_logind_state(std::string_view text);

}  // namespace picket::node
