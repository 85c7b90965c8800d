#include <cstdio>

#include "common/text.h"
#include "node/cli/commands.h"
#include "node/doctor.h"

namespace picket::node {
namespace {

const char* word(Finding::State state) {
  switch (state) {
    case Finding::State::kGood: return "ok";
    case Finding::State::kAbsent: return "absent";
    case Finding::State::kUnreadable: return "can't see";
  }
  return "";
}

}  // namespace

int doctor() {
  const auto findings = examine("/");
  bool blind = false;
  for (const auto& finding : findings) {
    std::printf("%-10s %-8s %-10s %s\n", finding.resource.c_str(), finding.source.c_str(),
                word(finding.state), escape_for_terminal(finding.detail).c_str());
    if (!finding.remedy.empty()) std::printf("%-30s mend it: %s\n", "", finding.remedy.c_str());
    blind = blind || !can_see(findings, finding.resource);
  }
  return blind ? 1 : 0;
}

}  // namespace picket::node
