// Reads JSON that a service answered, which may be anything: bounded, never throwing, and whatever
// isn't as documented reads as if it weren't there.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace picket::http {

using Json = nlohmann::json;

/// What is nested deeper than services nest is left out. Nothing: it isn't JSON.
std::optional<Json> parse_json(std::string_view text);

/// The member of that name; null if there is none, or `object` isn't one.
const Json& member(const Json& object, std::string_view name);
/// Empty unless it is a string.
std::string text_of(const Json& value);
std::optional<std::int64_t> integer_of(const Json& value);
/// A number of seconds, whole or not, from 0 up to kWaitMax; more is taken as that.
std::optional<std::chrono::milliseconds> seconds_of(const Json& value);
/// The same, of a header's text.
std::optional<std::chrono::milliseconds> seconds_of(std::string_view text);

/// Nobody waits longer because a service says so.
inline constexpr std::chrono::milliseconds kWaitMax = std::chrono::hours(1);

/// A service's words for a person: made visible, of bounded length, and without the secrets, should
/// it repeat one.
std::string words_of(std::string_view text, const std::vector<std::string_view>& secrets);

}  // namespace picket::http
