// Local events, kind "local.*": what a program on a node may say. The agent holds its callers to
// these rules, and the hub the agents. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "picket/v1/model.pb.h"

namespace picket {

inline constexpr std::string_view kLocalSource = "local";  // the source of their positions
inline constexpr std::string_view kLocalPrefix = "local.";

/// What is wrong with a kind, its prefix taken off: one sentence. Nothing: it may be said.
std::optional<std::string> wrong_with_local_kind(std::string_view kind);
/// The same of what comes with it.
std::optional<std::string> wrong_with(const v1::LocalEvent& event);

/// Puts bytes of any kind into a message's `string`, and beside it what it had to repair.
void set_local_text(std::string_view bytes, std::string* text, std::string* raw);
/// The bytes that were said.
inline const std::string& local_bytes(const std::string& text, const std::string& raw) {
  return raw.empty() ? text : raw;
}

}  // namespace picket
