// Durations ("1h30m", "250ms", "never") and sizes ("64MiB", "100kB") as people write them in files
// and on command lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/result.h"

namespace picket {

/// A sum of parts, each a whole number and one of ms, s, m, h, d, w: "1h30m". Not negative; at most
/// 100 years.
Result<Milliseconds> parse_duration(std::string_view text);

/// The same, or "never": no value.
Result<std::optional<Milliseconds>> parse_duration_or_never(std::string_view text);

/// What parse_duration() reads back as the same: "1h30m", "0s".
std::string print_duration(Milliseconds duration);
std::string print_duration_or_never(std::optional<Milliseconds> duration);

/// A whole number and one of B, kB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (of 1024), in
/// bytes.
Result<uint64_t> parse_size(std::string_view text);

/// What parse_size() reads back as the same, in the largest unit that is exact: "64MiB".
std::string print_size(uint64_t bytes);

/// For people: "64 MiB", "1.5 GiB".
std::string print_size_rounded(uint64_t bytes);

}  // namespace picket
