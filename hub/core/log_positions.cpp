#include "hub/core/log_positions.h"

#include <algorithm>

#include "common/limits.h"

namespace picket::hub {
namespace {

LogPlace place_of(const v1::LogPosition& position) { return {position.offset(), position.part()}; }

}  // namespace

v1::LogPosition LogPositions::position_of(const Key& key, LogPlace place, int64_t at_unix_ns) {
  v1::LogPosition position;
  position.set_source(key.first);
  position.set_instance(key.second);
  position.set_offset(place.offset);
  position.set_part(place.part);
  position.set_at_unix_ns(at_unix_ns);
  return position;
}

void LogPositions::restore(const NodePosition& stored) {
  const auto& position = stored.position;
  nodes_[stored.node][{position.source(), position.instance()}] = {
      .stored = place_of(position),
      .accepted = place_of(position),
      .seen = {},
      .stored_unix_ns = position.at_unix_ns(),
      .accepted_unix_ns = position.at_unix_ns(),
      .has_stored = true,
      .used = ++uses_};
}

std::vector<v1::LogPosition> LogPositions::stored(std::string_view node) const {
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return {};
  std::map<uint64_t, v1::LogPosition> by_use;
  for (const auto& [key, record] : found->second) {
    if (!record.has_stored) continue;
    by_use[record.used] = position_of(key, record.stored, record.stored_unix_ns);
  }
  std::vector<v1::LogPosition> positions;
  for (auto& [used, position] : by_use) positions.push_back(std::move(position));
  return positions;
}

std::vector<v1::LogPosition> LogPositions::to_repeat(std::string_view node) const {
  std::vector<v1::LogPosition> positions;
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return positions;
  for (const auto& [key, record] : found->second) {
    if (record.seen <= record.stored) continue;
    positions.push_back(position_of(key, record.stored, record.stored_unix_ns));
  }
  return positions;
}

std::vector<std::string> LogPositions::nodes_to_repeat() const {
  std::vector<std::string> names;
  for (const auto& [node, records] : nodes_) {
    if (!to_repeat(node).empty()) names.push_back(node);
  }
  return names;
}

LogPositions::Verdict LogPositions::accept(std::string_view node, const std::string& source,
                                           const std::string& instance, LogPlace place,
                                           int64_t at_unix_ns) {
  auto& record = nodes_.try_emplace(std::string(node)).first->second[{source, instance}];
  if (place <= record.accepted) return Verdict::kKnown;
  record.accepted = place;
  record.used = ++uses_;
  record.accepted_unix_ns = at_unix_ns;
  return place <= record.seen ? Verdict::kReplayed : Verdict::kNew;
}

v1::LogPosition LogPositions::accepted(std::string_view node, const std::string& source,
                                       const std::string& instance) const {
  const Key key{source, instance};
  const auto& record = nodes_.find(node)->second.at(key);
  return position_of(key, record.accepted, record.accepted_unix_ns);
}

LogPositions::Record* LogPositions::find(const NodePosition& position) {
  const auto node = nodes_.find(position.node);
  if (node == nodes_.end()) return nullptr;
  const auto record = node->second.find({position.position.source(), position.position.instance()});
  return record == node->second.end() ? nullptr : &record->second;
}

void LogPositions::on_stored(const NodePosition& position) {
  Record* record = find(position);
  if (record == nullptr || position.dropped) return;
  record->stored = std::max(record->stored, place_of(position.position));
  record->stored_unix_ns = position.position.at_unix_ns();
  record->has_stored = true;
}

// The node is to send it again, once it can be stored.
void LogPositions::on_unstored(const NodePosition& position) {
  Record* record = find(position);
  if (record == nullptr || position.dropped) return;
  record->seen = std::max(record->seen, record->accepted);
  record->accepted = record->stored;
}

std::vector<NodePosition> LogPositions::drop_surplus(std::string_view node) {
  std::vector<NodePosition> dropped;
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return dropped;
  Records& records = found->second;
  while (records.size() > limits::kLogInstancesMax) {
    const auto oldest = std::min_element(
        records.begin(), records.end(),
        [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
    dropped.push_back({.node = std::string(node),
                       .position = position_of(oldest->first, oldest->second.stored, 0),
                       .dropped = true});
    records.erase(oldest);
  }
  return dropped;
}

std::vector<NodePosition> LogPositions::forget(std::string_view node) {
  std::vector<NodePosition> dropped;
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) return dropped;
  for (const auto& [key, record] : found->second) {
    dropped.push_back({.node = std::string(node),
                       .position = position_of(key, record.stored, 0),
                       .dropped = true});
  }
  nodes_.erase(found);
  return dropped;
}

}  // namespace picket::hub
