#include "common/units.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <span>

namespace picket {
namespace {

struct Unit {
  std::string_view name;
  uint64_t factor;
};

// Largest first, as durations are printed.
constexpr std::array kDurationUnits = {
    Unit{"w", 604'800'000}, Unit{"d", 86'400'000}, Unit{"h", 3'600'000},
    Unit{"m", 60'000},      Unit{"s", 1'000},      Unit{"ms", 1},
};

constexpr std::array kSizeUnits = {
    Unit{"TiB", 1ULL << 40U},
    Unit{"GiB", 1ULL << 30U},
    Unit{"MiB", 1ULL << 20U},
    Unit{"KiB", 1ULL << 10U},
    Unit{"TB", 1'000'000'000'000},
    Unit{"GB", 1'000'000'000},
    Unit{"MB", 1'000'000},
    Unit{"kB", 1'000},
    Unit{"B", 1},
};

constexpr uint64_t kDurationMax = 100ULL * 365 * 86'400'000;  // ms
constexpr uint64_t kSizeMax = 1ULL << 60U;

struct Part {
  uint64_t value;
  std::size_t bytes;  // of the text that it took
};

// A whole number and its unit at the start of `text`, at most `max`.
std::optional<Part> take_part(std::string_view text, std::span<const Unit> units, uint64_t max) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  const auto digits = static_cast<std::size_t>(end - text.data());
  const std::size_t next_digit = text.find_first_of("0123456789", digits);
  const std::string_view name = text.substr(digits, next_digit - digits);
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    if (number > max / unit.factor) return std::nullopt;
    return Part{number * unit.factor, digits + name.size()};
  }
  return std::nullopt;
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

}  // namespace

Result<Milliseconds> parse_duration(std::string_view text) {
  const Error wrong{"expected a duration such as \"30s\" or \"1h30m\", found " + quoted(text)};
  uint64_t sum = 0;
  if (text.empty()) return wrong;
  for (std::string_view rest = text; !rest.empty();) {
    const auto part = take_part(rest, kDurationUnits, kDurationMax);
    if (!part || part->value > kDurationMax - sum) return wrong;
    sum += part->value;
    rest.remove_prefix(part->bytes);
  }
  return Milliseconds(static_cast<int64_t>(sum));
}

Result<std::optional<Milliseconds>> parse_duration_or_never(std::string_view text) {
  if (text == "never") return std::optional<Milliseconds>();
  const auto duration = parse_duration(text);
  if (!duration) return Error{duration.error() + " (or \"never\")"};
  return std::optional(*duration);
}

std::string print_duration(Milliseconds duration) {
  auto rest = static_cast<uint64_t>(duration.count());
  if (rest == 0) return "0s";
  std::string text;
  for (const Unit& unit : kDurationUnits) {
    // Weeks are read but never written: "10d" is clearer than "1w3d".
    if (unit.name == "w") continue;
    if (rest >= unit.factor) text += std::to_string(rest / unit.factor) + std::string(unit.name);
    rest %= unit.factor;
  }
  return text;
}

std::string print_duration_or_never(std::optional<Milliseconds> duration) {
  return duration ? print_duration(*duration) : "never";
}

Result<uint64_t> parse_size(std::string_view text) {
  const auto part = take_part(text, kSizeUnits, kSizeMax);
  if (part && part->bytes == text.size()) return part->value;
  return Error{"expected a size such as \"64MiB\" or \"100kB\", found " + quoted(text)};
}

std::string print_size(uint64_t bytes) {
  if (bytes == 0) return "0B";
  for (const Unit& unit : kSizeUnits) {
    if (bytes % unit.factor == 0)
      return std::to_string(bytes / unit.factor) + std::string(unit.name);
  }
  return std::to_string(bytes) + "B";
}

std::string print_size_rounded(uint64_t bytes) {
  const Unit* chosen = &kSizeUnits.back();
  for (const Unit& unit : std::span(kSizeUnits).first(4)) {
    if (bytes < unit.factor) continue;
    chosen = &unit;
    break;
  }
  std::array<char, 32> text{};
  const bool exact = bytes % chosen->factor == 0;
  const double value = static_cast<double>(bytes) / static_cast<double>(chosen->factor);
  std::snprintf(text.data(), text.size(), exact ? "%.0f " : "%.1f ", value);
  return text.data() + std::string(chosen->name);
}

}  // namespace picket
