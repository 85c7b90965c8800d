// Small questions that tests of the real programs ask: of what was printed, and of a process.
#pragma once

#include <sys/types.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/system/site.h"

namespace picket::test {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline std::vector<Json> objects_in(const std::string& text) {
  std::vector<Json> objects;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    Json object = Json::parse(line, nullptr, false);
    if (object.is_object()) objects.push_back(std::move(object));
  }
  return objects;
}

/// The events of updates in what `watch --json` wrote to a file, each with its node.
inline std::vector<Json> events_in(const std::string& file) {
  std::vector<Json> events;
  for (const Json& object : objects_in(read(file))) {  // the last line may be half written
    if (!object.contains("update")) continue;
    const Json& update = object["update"];
    if (!update.contains("event")) continue;
    events.push_back(update["event"]);
    events.back()["of_node"] = update.value("node", "");
  }
  return events;
}

inline long resident_kib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  }
  return 0;
}

}  // namespace picket::test
