// The recorded lines of tests/fixtures/auth_log, as a file and as journald would hand them over.
#pragma once

#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "node/auth_log/log_line.h"

namespace picket::node::test {

struct FixtureLine {
  std::string text;
  std::string host;
  std::string process;
  std::string message;
  uint32_t pid = 0;
  uint32_t uid = 0;  // what the kernel told of the writer
  uint32_t writer_pid = 0;
  std::string exe;
  uint64_t number = 0;

  LogLine from_file() const {
    LogLine line;
    line.message = message;
    line.process = process;
    line.host = host;
    line.pid = pid;
    line.number = number;
    return line;
  }
  LogLine from_journal() const {
    LogLine line = from_file();
    line.number = 0;
    line.attested = Attested{uid, writer_pid, exe, "0123456789abcdef0123456789abcdef"};
    return line;
  }
};

/// Splits "Nov 21 10:00:00 host process[pid]: message"; the real header parser is tested elsewhere.
inline FixtureLine split_line(const std::string& text) {
  FixtureLine line;
  line.text = text;
  std::istringstream rest(text.substr(16));
  rest >> line.host >> line.process;
  std::getline(rest, line.message);
  if (!line.message.empty()) line.message.erase(0, 1);
  line.process.pop_back();
  const std::size_t bracket = line.process.find('[');
  if (bracket != std::string::npos) {
    line.pid = static_cast<uint32_t>(std::stoul(line.process.substr(bracket + 1)));
    line.process.resize(bracket);
  }
  return line;
}

inline std::vector<FixtureLine> fixture_lines(const std::string& release) {
  const std::string path = PICKET_SOURCE "/tests/fixtures/auth_log/" + release;
  std::ifstream log(path + ".log");
  std::ifstream attested(path + ".attested");
  if (!log || !attested) throw std::runtime_error("no " + path);
  std::vector<FixtureLine> lines;
  for (std::string text; std::getline(log, text);) {
    FixtureLine line = split_line(text);
    attested >> line.uid >> line.writer_pid >> line.exe;
    if (line.exe == "-") line.exe.clear();
    line.number = lines.size() + 1;
    lines.push_back(line);
  }
  return lines;
}

}  // namespace picket::node::test
