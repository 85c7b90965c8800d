#include "common/json_fields.h"

#include <cctype>

#include "common/base64.h"
#include "common/rfc3339.h"

namespace picket::json {

void put_text(Json& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

void put_bytes(Json& object, const char* name, const std::string& bytes) {
  if (!bytes.empty()) object[name] = to_base64(bytes);
}

void put_time(Json& object, const char* name, int64_t unix_ns) {
  if (unix_ns != 0) object[name] = to_rfc3339(from_unix_ns(unix_ns), 9);
}

void put_word(Json& object, const char* name, std::string_view value, std::string_view prefix) {
  if (!value.starts_with(prefix)) return;
  std::string word;
  for (const char c : value.substr(prefix.size())) {
    word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (word != "unspecified") object[name] = word;
}

std::string line_of(const Json& value) {
  return value.dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace picket::json
