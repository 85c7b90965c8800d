// An audit that keeps its records for the test to look at, and fails on demand.
#pragma once

#include <string>
#include <vector>

#include "hub/core/audit.h"

namespace picket::test {

class MemoryAudit final : public hub::Audit {
 public:
  bool record(const hub::AuditRecord& record) override {
    if (failing) return false;
    records.push_back(record);
    return true;
  }

  /// All text of all records, to search for what must not be there.
  std::string text() const {
    std::string all;
    for (const auto& record : records) {
      all += record.actor + record.action + record.object + record.outcome;
      for (const auto& [key, value] : record.details) all += key + value;
    }
    return all;
  }

  bool failing = false;
  std::vector<hub::AuditRecord> records;
};

}  // namespace picket::test
