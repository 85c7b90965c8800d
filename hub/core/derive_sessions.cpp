#include "hub/core/derive_sessions.h"

#include <utility>

#include "hub/core/behind_address.h"
#include "hub/core/key_names.h"

namespace picket::hub {
namespace {

void tell_change(UpdateSink& sink, const std::string& resource, const RowDiff<v1::Session>& diff) {
  ChangePieces<v1::SessionsChange> pieces;
  for (const auto& row : diff.added) *pieces.piece_for(row).add_added() = row;
  for (const auto& row : diff.changed) *pieces.piece_for(row).add_changed() = row;
  for (const auto& row : diff.removed) pieces.piece_for(row.key()).add_removed_keys(row.key());
  for (auto& piece : pieces.take()) *sink.change(resource).mutable_sessions() = std::move(piece);
}

}  // namespace

void fill_session(const NodeRecord& node, v1::Session& session) {
  if (const auto behind = behind_address(node, session.remote_host()))
    *session.mutable_behind() = *behind;
  fill_key_name(node, session);
}

RowsByKey<v1::Session> by_key(const v1::SessionRows& rows) {
  RowsByKey<v1::Session> sessions;
  for (const auto& row : rows.rows()) {
    auto& session = sessions[row.key()];
    session = row;
    session.clear_idle_ms();
    session.clear_behind();
    session.clear_key_name();
  }
  return sessions;
}

void derive_sessions(UpdateSink& sink, NodeRecord& node, StoredResource& stored,
                     const v1::ResourceValue& value) {
  // Unless the node could see, its rows say nothing: what was stored stays as last seen. A
  // collector that was switched off has no rows, but nobody left because of that.
  const bool sees = value.health().has_ok();
  if (value.resource() != kSessionsResource || (!sees && !value.health().has_not_monitored()))
    return;
  auto after = sees ? by_key(value.sessions()) : RowsByKey<v1::Session>();
  auto diff = diff_rows(stored.sessions, after);
  if (diff.empty()) return;
  stored.sessions = std::move(after);
  name_sessions(node, stored, diff.added);
  name_sessions(node, stored, diff.changed);
  for (auto* rows : {&diff.added, &diff.changed, &diff.removed}) {
    for (auto& row : *rows) fill_session(node, row);
  }
  tell_change(sink, value.resource(), diff);
  // The first value ever seen of a node says who is on, not that they came just now.
  if (sees && stored.ever_seen) {
    for (const auto& session : diff.removed)
      *sink.event("session.closed").mutable_session()->mutable_session() = session;
    for (const auto& session : diff.added)
      *sink.event("session.opened").mutable_session()->mutable_session() = session;
  }
  forget_key_names(stored);
  std::erase_if(stored.idle_ms,
                [&](const auto& entry) { return !stored.sessions.contains(entry.first); });
}

}  // namespace picket::hub
