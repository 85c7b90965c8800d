// Lines as a plain file or journald would hand them over, for tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "node/auth_log/read_line.h"

namespace picket::node::test {

inline std::optional<uint32_t> uid_of(std::string_view user) {
  if (user == "root") return 0;
  if (user == "alice") return 1001;
  if (user == "bob") return 1002;
  return std::nullopt;
}

inline LogLine file_line(std::string_view process, std::string_view message) {
  LogLine line;
  line.message = message;
  line.process = process;
  line.host = "web1";
  line.pid = 4242;
  line.number = 7;
  return line;
}

inline Reading read(std::string_view process, std::string_view message) {
  LineReader reader(uid_of);
  return reader.read(file_line(process, message));
}

}  // namespace picket::node::test
