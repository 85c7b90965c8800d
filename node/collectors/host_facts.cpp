#include "node/collectors/host_facts.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "common/limits.h"
#include "common/protocol.h"
#include "common/utf8.h"
#include "node/collectors/proc_stat.h"
#include "node/collectors/reboot_reasons.h"
#include "node/collectors/small_file.h"

namespace picket::node {
namespace {

constexpr std::size_t kTextFileBytesMax = 64 * 1024;
constexpr std::size_t kStatBytesMax = 4 * 1024 * 1024;  // a line for each processor

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

/// As a fact: valid, and no longer than the hub takes.
std::string fact(std::string_view bytes) {
  const std::string valid = to_valid_utf8(bytes);
  return std::string(cut_utf8(valid, limits::kTextBytesMax));
}

std::string line_of(const std::filesystem::path& root, std::string_view path) {
  return fact(first_line(read_small_file(below(root, path), kTextFileBytesMax).bytes));
}

/// PRETTY_NAME of os-release(5), without its quotes.
std::string pretty_name(std::string_view text) {
  constexpr std::string_view kKey = "PRETTY_NAME=";
  while (!text.empty()) {
    std::string_view line = first_line(text);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.starts_with(kKey)) continue;
    line.remove_prefix(kKey.size());
    const bool is_quoted =
        line.size() >= 2 && line.front() == line.back() && (line[0] == '"' || line[0] == '\'');
    return fact(is_quoted ? line.substr(1, line.size() - 2) : line);
  }
  return {};
}

}  // namespace

v1::NodeFacts read_host_facts(const std::filesystem::path& root) {
  v1::NodeFacts facts;
  facts.set_host_name(line_of(root, "/proc/sys/kernel/hostname"));
  facts.set_kernel(line_of(root, "/proc/sys/kernel/osrelease"));
  facts.set_os(
      pretty_name(read_small_file(below(root, "/etc/os-release"), kTextFileBytesMax).bytes));
  facts.set_agent_version(std::string(protocol::kProgramVersion));
  facts.set_boot_id(line_of(root, "/proc/sys/kernel/random/boot_id"));
  const auto booted =
      parse_boot_time(read_small_file(below(root, "/proc/stat"), kStatBytesMax).bytes);
  facts.set_booted_unix_ns(booted.value_or(0) * 1'000'000'000);
  for (std::string& reason : read_reboot_reasons(root, facts.kernel()))
    facts.add_reboot_reasons(std::move(reason));
  facts.set_reboot_required(facts.reboot_reasons_size() > 0);
  return facts;
}

}  // namespace picket::node
