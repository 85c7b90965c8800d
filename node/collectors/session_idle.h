// How long ago something was typed at a terminal, as w(1) finds out.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "common/clock.h"

namespace picket::node {

/// By the time of last access of `tty` ("pts/3") below `root`/dev; the kernel keeps it to 8 s or
/// so. Empty if there is no such terminal.
std::optional<Milliseconds> terminal_idle(const std::filesystem::path& root, std::string_view tty,
                                          WallTime now);

}  // namespace picket::node
