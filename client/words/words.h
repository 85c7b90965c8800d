// The words for what messages say: health, states, where a session comes from. Everything returned
// is safe for a terminal. "Nobody is logged in", "can't see" and "not monitored" never look alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "picket/v1/client_link.pb.h"

namespace picket::words {

/// Outside text: the exact bytes if they were not UTF-8, else the text.
std::string outside_text(const std::string& text, const std::string& raw = {});

/// "timed_out" as "timed out"; safe for a terminal.
std::string reason_words(std::string_view reason);

/// "libc6, linux-image …": outside texts in a row.
std::string list_words(const google::protobuf::RepeatedPtrField<std::string>& texts);

/// "2.5 s ahead of the hub's": by how much a node's clock is off.
std::string clock_words(int64_t offset_ms);

/// What a health says that is not ok: "can't CANNOT: REASON (REMEDY)", "not monitored", "has not
/// looked yet"; empty if it is ok.
std::string blind_words(const v1::CollectorHealth& health, std::string_view cannot);

/// "can't see who is logged in: REASON (REMEDY)", "not monitored", "has not looked yet"; of a
/// health that is ok: "nobody is logged in" or "2 sessions".
std::string sessions_words(const v1::CollectorHealth& health, uint32_t rows);

/// Where a session comes from: a host, a seat, or "local".
std::string origin_words(const v1::Session& session);

/// " (laptop, 203.0.113.7)": whose tunnel an address lies in, and where that peer really is; empty
/// if it lies in none.
std::string behind_words(const v1::BehindAddress& behind);

/// "alice on pts/3 from 10.8.0.3 (laptop, 203.0.113.7)"
std::string session_words(const v1::Session& session);

/// The collector of a resource; null if the node has said nothing of it.
const v1::CollectorSummary* collector_of(const v1::NodeSummary& node, std::string_view resource);

/// The collector of sessions; null if the node has said nothing of it.
const v1::CollectorSummary* sessions_of(const v1::NodeSummary& node);

}  // namespace picket::words
