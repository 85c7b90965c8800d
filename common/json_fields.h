// Fields of JSON objects as every program of ours writes them: what is absent or unknown is left
// out. The rules are those of client/lib/json.h.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace picket::json {

using Json = nlohmann::ordered_json;

void put_text(Json& object, const char* name, const std::string& text);
void put_bytes(Json& object, const char* name, const std::string& bytes);
void put_time(Json& object, const char* name, int64_t unix_ns);
/// "STATE_NOT_SEEN" without "STATE_" is "not_seen"; nothing for 0 and for values of a newer peer.
void put_word(Json& object, const char* name, std::string_view value, std::string_view prefix);

template <typename Number>
void put_known(Json& object, const char* name, Number number) {
  if (number != Number{}) object[name] = number;
}

/// On one line, all beyond ASCII escaped.
std::string line_of(const Json& value);

}  // namespace picket::json
