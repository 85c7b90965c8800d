// The protocol's version and how two programs agree on one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "picket/v1/model.pb.h"

namespace picket::protocol {

inline constexpr uint32_t kVersionMin = 1;
inline constexpr uint32_t kVersionMax = 1;
inline constexpr std::string_view kProgramVersion = PICKET_VERSION;

/// What a program says of itself.
v1::Peer self(std::string_view program, std::string_view instance_id);

/// The highest version that both speak.
std::optional<uint32_t> common_version(const v1::Peer& peer);

/// One sentence for both sides: what each speaks, and which one to upgrade. `self_name`: "hub",
/// "node".
std::string version_mismatch(const v1::Peer& peer, std::string_view self_name);

}  // namespace picket::protocol
