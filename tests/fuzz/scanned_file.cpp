// A whole log file of any bytes, plain or compressed, as `picket-node scan` reads and prints it.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "node/auth_log/log_bytes.h"
#include "node/auth_log/read_line.h"
#include "node/auth_log/scan.h"
#include "node/auth_log/scan_file.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/text_rules.h"
#include "tests/support/local_zone.h"

namespace picket::fuzz {
namespace {

using node::Scan;

UniqueFd file_of(std::string_view content) {
  UniqueFd file(memfd_create("log", MFD_CLOEXEC));
  expect(
      ::write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()),
      "there is room for a file");
  return file;
}

void scan(std::string_view content, Scan::Format format) {
  static auto* const reader = new node::LineReader([](std::string_view) { return std::nullopt; });
  uint64_t printed = 0;
  const auto print = [&](const std::string& line) {
    ++printed;
    if (format == Scan::Format::kText) return expect_safe_for_terminal(line);
    expect_plain(line);
    expect(nlohmann::json::parse(line).contains("kind"), "each line is JSON, and has a kind");
  };
  Scan scan([](const node::LogLine& line) { return reader->read(line); }, format, print);
  auto bytes = node::LogBytes::of(file_of(content), "auth.log");
  expect(static_cast<bool>(bytes), "a file can be opened");
  const WallTime now = from_unix_ns(1'795'000'000'000'000'000);
  (void)node::scan_file(*std::move(bytes), std::nullopt, now, scan);
  const auto summary = nlohmann::json::parse(scan.summary()).at("summary");
  const auto count = [&](const char* what) { return summary.at(what).get<uint64_t>(); };
  expect(count("events") == printed, "each event is printed");
  expect(count("lines") == count("events") + count("unparsed") + count("ignored"),
         "each line is counted once");
}

}  // namespace
}  // namespace picket::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace picket::fuzz;
  static const auto* const kZone = new picket::test::LocalZone("Europe/Berlin");
  (void)kZone;
  const Input input(data, size);
  scan(input.rest(), Scan::Format::kText);
  scan(input.rest(), Scan::Format::kJson);
  return 0;
}
