// An audit that keeps its records for the test to look at, and fails on demand. What is read of it
// comes when the test says so.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
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
  bool record_soon(const hub::AuditRecord& given) override {
    if (failing) return false;
    soon.push_back(records.size());
    return record(given);
  }
  std::string trouble() const override { return failing ? "the disk is full" : ""; }

  std::shared_ptr<hub::AuditReading> read(WallTime since) override {
    read_since = since;
    return std::make_shared<Reading>(*this);
  }
  /// Gives what was asked for of the pages, each once.
  void answer_reads() {
    for (auto& answer : std::exchange(asked_, {})) answer();
  }
  std::size_t reads_waiting() const { return asked_.size(); }

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
  std::vector<std::size_t> soon;  // which of them need not be stored at once
  std::deque<hub::AuditPage> pages;
  WallTime read_since{};

 private:
  class Reading final : public hub::AuditReading, public std::enable_shared_from_this<Reading> {
   public:
    explicit Reading(MemoryAudit& audit) : audit_(audit) {}
    void next(std::function<void(hub::AuditPage)> done) override {
      audit_.asked_.push_back(
          [self = shared_from_this(), done = std::move(done)] { done(self->page()); });
    }

   private:
    hub::AuditPage page() {
      if (next_ < audit_.pages.size()) return audit_.pages[next_++];
      return {.lines = {}, .at_end = true, .trouble = {}};
    }

    MemoryAudit& audit_;
    std::size_t next_ = 0;
  };

  std::vector<std::function<void()>> asked_;
};

}  // namespace picket::test
