// The records of the utmp file (utmp(5)). Debian 12 has one; Debian 13 has none any more.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "node/collectors/session_facts.h"
#include "node/collectors/source_state.h"

namespace picket::node {

inline constexpr char kUtmpPath[] = "/run/utmp";
/// More than any host's; a larger file is not read at all. 384 bytes a record, mostly.
inline constexpr std::size_t kUtmpBytesMax = 8 * 1024 * 1024;

/// The USER_PROCESS records in the file's bytes, whether their process lives or not. A record that
/// isn't complete at the end is skipped: its writer is not done. Pure.
std::vector<UtmpFact> parse_utmp(std::string_view bytes);

struct UtmpSight {
  SourceState state;
  std::optional<std::vector<UtmpFact>> facts;  // present if the state is usable
};

/// Reads the file below `root`. Records whose process `alive` denies are left out (a killed sshd
/// can't remove its own); the others get their ancestors.
UtmpSight read_utmp(const std::filesystem::path& root, const std::function<bool(pid_t)>& alive);

}  // namespace picket::node
