// Lines of the audit log that hold what hostile clients said.
#include "hub/io/audit_line.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/limits.h"
#include "hub/core/audit_execution.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_text.h"

namespace picket::hub {
namespace {

std::string line_of(const AuditRecord& record) {
  return format_audit_line(record, WallTime(), UINT64_MAX, Sha256{});
}

}  // namespace

TEST_CASE("T3: a record of a run fits a line, whatever is in it") {
  for (const std::string unit : {"\x01", "\xff", "\u202e", "\"", "x", "\U000e0001"}) {
    std::string text;
    while (text.size() < 5000) text += unit;
    AuditedRun run{.actor = text,
                   .on_behalf_of = text,
                   .request = text,
                   .label = text,
                   .nodes = std::vector<std::string>(100, text),
                   .parameters = {100, {text, text}}};
    const AuditedExecution execution{.node = text, .id = text};
    for (const auto& record : {run_requested(run), run_decided(run, execution, text),
                               run_ended(run, execution, text, text)}) {
      CHECK(line_of(record).size() <= limits::kAuditLineBytesMax);
    }
    // As long as may be without being cut.
    const std::string exact = text.substr(0, limits::kAuditValueBytesMax / 12 * 12);
    run.parameters.assign(limits::kAuditParametersMax, {text, exact});
    CHECK(line_of(run_requested(run)).size() <= limits::kAuditLineBytesMax);
  }
}

TEST_CASE("hostile text in any field of a run's record stays within its string") {
  for (const std::string& text : test::hostile_texts()) {
    const AuditedRun run{.actor = text,
                         .on_behalf_of = text,
                         .request = text,
                         .label = text,
                         .nodes = {text},
                         .parameters = {{text, text}}};
    const std::string line = line_of(run_requested(run));
    CHECK(std::ranges::none_of(line, [](char c) { return static_cast<uint8_t>(c) < 0x20; }));
    CHECK(parse_audit_line(line));
  }
}

}  // namespace picket::hub
