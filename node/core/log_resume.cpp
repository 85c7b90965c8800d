#include "node/core/log_resume.h"

#include <algorithm>
#include <cstdint>

namespace picket::node {
namespace {

// The hub may have accepted something of a log and stored nothing of it: no place to go on from.
bool is_place(const v1::LogPosition& position) { return position.offset() > 0; }

int64_t time_of(const v1::LogPosition& position) { return position.at_unix_ns(); }

LogStart from_bookmark(const v1::LogPosition& bookmark) {
  if (is_place(bookmark)) return bookmark;
  return from_peer_unix_ns(bookmark.at_unix_ns());
}

}  // namespace

LogStart resume_at(std::span<const v1::LogPosition> stored,
                   const std::optional<v1::LogPosition>& bookmark, const LogStart& first) {
  for (auto position = stored.rbegin(); position != stored.rend(); ++position) {
    if (is_place(*position)) return *position;
  }
  return bookmark ? from_bookmark(*bookmark) : first;
}

std::optional<v1::LogPosition> earliest_of(std::span<const v1::LogPosition> positions) {
  std::optional<v1::LogPosition> earliest;
  for (const auto& position : positions) {
    if (!is_place(position)) continue;
    if (!earliest || time_of(position) < time_of(*earliest)) earliest = position;
  }
  return earliest;
}

}  // namespace picket::node
