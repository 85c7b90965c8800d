// The messages of the .proto files as text, for tests that hold tables in the code against the
// protocol.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace picket::test {

struct ProtoField {
  std::string name;
  std::string type;  // its last word: "Session", "string"
  uint32_t number = 0;
  bool repeated = false;
};

/// By the message's own name, without those it is nested in; names are unique in the protocol.
using ProtoMessages = std::map<std::string, std::vector<ProtoField>>;

inline ProtoMessages read_protos(const std::string& folder, const std::vector<std::string>& files) {
  static const std::regex kMessage(R"(^\s*message\s+(\w+)\s*\{)");
  static const std::regex kBlock(R"(^\s*(oneof|enum)\s+\w+\s*\{)");
  static const std::regex kField(
      R"(^\s*(repeated\s+|optional\s+)?([\w.]+)\s+(\w+)\s*=\s*(\d+)\s*;)");
  ProtoMessages messages;
  for (const auto& file : files) {
    std::ifstream lines(folder + "/" + file);
    std::vector<std::string> open;  // messages that the line is in; "" for oneof and enum
    std::string message;
    for (std::string line; std::getline(lines, line);) {
      line = line.substr(0, line.find("//"));
      std::smatch match;
      if (std::regex_search(line, match, kMessage)) {
        open.push_back(match[1]);
        messages[match[1]];
        if (line.find('}') != std::string::npos) open.pop_back();
      } else if (std::regex_search(line, match, kBlock)) {
        open.push_back(open.empty() ? "" : open.back());
      } else if (std::regex_search(line, match, kField) && !open.empty()) {
        const std::string type = match[2];
        messages[open.back()].push_back({.name = match[3],
                                         .type = type.substr(type.rfind('.') + 1),
                                         .number = static_cast<uint32_t>(std::stoul(match[4])),
                                         .repeated = match[1].str().starts_with("repeated")});
      } else if (line.find('}') != std::string::npos && !open.empty()) {
        open.pop_back();
      }
    }
  }
  return messages;
}

}  // namespace picket::test
