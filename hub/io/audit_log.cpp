#include "hub/io/audit_log.h"

#include <asio/post.hpp>
#include <optional>
#include <utility>

#include "common/limits.h"
#include "common/log.h"
#include "hub/io/audit_reader.h"

namespace picket::hub {

class AuditLog::Reading final : public AuditReading {
 public:
  Reading(Worker& worker, asio::any_io_executor loop, AuditReader reader)
      : worker_(worker),
        loop_(std::move(loop)),
        reader_(std::make_shared<AuditReader>(std::move(reader))) {}

  void next(std::function<void(AuditPage)> done) override {
    const auto read = [reader = reader_] { return reader->next(); };
    const auto answer = [done](std::optional<AuditPage> page) {
      done(page ? *std::move(page) : failed("an unexpected error"));
    };
    if (worker_.post(read, answer)) return;
    asio::post(loop_, [done] { done(failed("too many are reading the audit log")); });
  }

 private:
  static AuditPage failed(const char* why) { return {.lines = {}, .at_end = true, .trouble = why}; }

  Worker& worker_;
  asio::any_io_executor loop_;
  std::shared_ptr<AuditReader> reader_;  // one job at a time uses it
};

AuditLog::AuditLog(AuditFile file, const Clock& clock, Deadlines& deadlines,
                   asio::any_io_executor loop)
    : file_(std::move(file)),
      clock_(clock),
      deadlines_(deadlines),
      loop_(loop),
      worker_(std::move(loop), limits::kAuditReadsMax) {}

AuditLog::~AuditLog() {
  deadlines_.cancel(timer_);
  worker_.stop();
  const auto repair = file_.to_repair();
  const Status stored = file_.needs_repair() ? repair.file->repair(repair.text, repair.offset)
                        : file_.unsynced_bytes() > 0 ? file_.sync()
                                                     : Status();
  if (!stored) log::error("the last records of the audit log", {{"why", stored.error()}});
}

bool AuditLog::record(const AuditRecord& record) {
  const bool recorded = file_.record(record);
  after_append();
  return recorded;
}

bool AuditLog::record_soon(const AuditRecord& record) {
  // More than the disk takes: now it is waited for.
  if (file_.unsynced_bytes() > limits::kAuditUnsyncedBytesMax) return this->record(record);
  const bool appended = file_.append(record);
  after_append();
  if (appended) sync_later();
  return appended;
}

void AuditLog::after_append() {
  if (file_.needs_repair()) repair_later();
  const std::string& trouble = file_.rotation_trouble();
  if (trouble == told_) return;
  told_ = trouble;
  if (!trouble.empty()) log::warn("the audit log can't be rotated and grows", {{"why", trouble}});
}

void AuditLog::sync_later() {
  if (std::exchange(busy_, true)) return;
  timer_ = deadlines_.at(clock_.steady() + limits::kAuditSyncDelay, [this] { start_sync(); });
}

void AuditLog::start_sync() {
  const auto sync = file_.to_sync();
  const auto done = [this, sync](const std::optional<Status>& synced) {
    busy_ = false;
    if (synced) file_.on_synced(sync, *synced);
    if (file_.needs_repair()) return repair_later();
    if (file_.unsynced_bytes() > 0) sync_later();
  };
  // Not taken: the hub stops.
  if (!worker_.post_first([sync] { return sync.file->sync(); }, done)) busy_ = false;
}

// A sync that is to come finds that another has failed, and comes back to here.
void AuditLog::repair_later() {
  if (!std::exchange(troubled_, true)) {
    log::error("the audit log can't be stored: nothing is done that it would record",
               {{"why", file_.trouble()}});
  }
  if (std::exchange(busy_, true)) return;
  timer_ = deadlines_.at(clock_.steady() + limits::kAuditRepairRetry, [this] { start_repair(); });
}

void AuditLog::start_repair() {
  const auto repair = file_.to_repair();
  const auto done = [this](const std::optional<Status>& repaired) {
    busy_ = false;
    if (repaired) file_.on_repaired(*repaired);
    if (file_.needs_repair()) return repair_later();
    troubled_ = false;
    log::info("the audit log can be stored again");
  };
  const auto job = [repair] { return repair.file->repair(repair.text, repair.offset); };
  if (!worker_.post_first(job, done)) busy_ = false;
}

std::shared_ptr<AuditReading> AuditLog::read(WallTime since) {
  return std::make_shared<Reading>(worker_, loop_,
                                   AuditReader(file_.path(), since, file_.last_seq()));
}

}  // namespace picket::hub
