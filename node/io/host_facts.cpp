#include "node/io/host_facts.h"

#include <sys/utsname.h>

#include <cstdint>
#include <fstream>
#include <string>

#include "common/protocol.h"
#include "common/utf8.h"

namespace picket::node {
namespace {

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// PRETTY_NAME of os-release(5), without its quotes.
std::string pretty_name(const std::filesystem::path& path) {
  std::ifstream file(path);
  const std::string key = "PRETTY_NAME=";
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key)) continue;
    line.erase(0, key.size());
    if (line.size() >= 2 && line.front() == '"') line = line.substr(1, line.size() - 2);
    return line;
  }
  return {};
}

/// btime of proc(5), seconds since the epoch.
int64_t boot_time(const std::filesystem::path& stat) {
  std::ifstream file(stat);
  for (std::string word; file >> word;) {
    int64_t seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

}  // namespace

v1::NodeFacts read_host_facts(const std::filesystem::path& root) {
  v1::NodeFacts facts;
  utsname name{};
  if (::uname(&name) == 0) {
    facts.set_host_name(to_valid_utf8(name.nodename));
    facts.set_kernel(to_valid_utf8(name.release));
  }
  facts.set_os(to_valid_utf8(pretty_name(root / "etc/os-release")));
  facts.set_agent_version(std::string(protocol::kProgramVersion));
  facts.set_boot_id(to_valid_utf8(first_line(root / "proc/sys/kernel/random/boot_id")));
  facts.set_booted_unix_ns(boot_time(root / "proc/stat") * 1'000'000'000);
  return facts;
}

}  // namespace picket::node
