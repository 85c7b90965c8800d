// The audit log of a running hub: its file, and a helper thread that syncs what was recorded
// without waiting, and reads. What can't be synced is written again until it can.
#pragma once

#include <asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "common/clock.h"
#include "common/deadlines.h"
#include "common/worker.h"
#include "hub/core/audit.h"
#include "hub/io/audit_file.h"

namespace picket::hub {

class AuditLog final : public Audit {
 public:
  /// `loop`: where what was read is handed over. Clock and deadlines outlive this.
  AuditLog(AuditFile file, const Clock& clock, Deadlines& deadlines, asio::any_io_executor loop);
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;
  /// Syncs what is left, or tries once more to repair it.
  ~AuditLog() override;

  bool record(const AuditRecord& record) override;
  bool record_soon(const AuditRecord& record) override;
  std::string trouble() const override { return file_.trouble(); }
  std::shared_ptr<AuditReading> read(WallTime since) override;

  void set_limits(const AuditLimits& limits) { file_.set_limits(limits); }

 private:
  class Reading;
  void after_append();
  void sync_later();
  void start_sync();
  void repair_later();
  void start_repair();

  AuditFile file_;
  const Clock& clock_;
  Deadlines& deadlines_;
  asio::any_io_executor loop_;
  Deadlines::Id timer_ = 0;
  bool busy_ = false;      // a sync or a repair is to come, or runs
  bool troubled_ = false;  // as the log of the hub was told
  std::string told_;       // to it, of why the file can't be rotated
  Worker worker_;
};

}  // namespace picket::hub
