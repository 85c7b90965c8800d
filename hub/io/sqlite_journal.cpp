#include "hub/io/sqlite_journal.h"

#include <SQLiteCpp/Exception.h>

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <utility>

#include "common/limits.h"
#include "common/log.h"
#include "hub/io/journal_database.h"

namespace picket::hub {
namespace {

constexpr auto kReadRetry = std::chrono::seconds(1);  // after a read that failed or found no place

}  // namespace

SqliteJournal::SqliteJournal(const Settings& settings, const Clock& clock,
                             asio::any_io_executor loop)
    : path_(settings.path), clock_(clock), loop_(loop), worker_(loop, limits::kJournalReadsMax) {}

SqliteJournal::~SqliteJournal() { worker_.stop(); }

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(const Settings& settings,
                                                           const Clock& clock,
                                                           asio::any_io_executor loop) {
  std::unique_ptr<SqliteJournal> journal(new SqliteJournal(settings, clock, std::move(loop)));
  try {
    const Status started = journal->start(settings, clock.wall());
    if (!started) return Error{started.error()};
  } catch (const SQLite::Exception& exception) {
    // Its first pages were good, and others are not: the next start looks at all of them.
    if (is_damage(exception.getErrorCode())) suspect_journal_database(settings.path);
    return Error{"can't read " + settings.path + ": " + exception.what() +
                 (is_damage(exception.getErrorCode()) ? "; start again to put it aside" : "")};
  }
  return journal;
}

Status SqliteJournal::start(const Settings& settings, WallTime now) {
  auto opened = open_journal_database(settings.path, settings.hub_id, now);
  if (!opened) return Error{opened.error()};
  set_aside_ = std::move(opened->set_aside);
  store_ = std::make_unique<JournalStore>(std::move(opened->database), settings.limits);
  reader_ = std::make_unique<JournalReader>(open_journal_reader(settings.path));
  last_committed_ = store_->last_seq();
  kept_ = store_->kept();
  return {};
}

JournalContents SqliteJournal::contents() { return store_->contents(); }

void SqliteJournal::set_limits(const JournalLimits& limits) {
  const auto set = [this, limits] {
    store_->set_limits(limits);
    return true;
  };
  // Not taken: the hub stops.
  static_cast<void>(worker_.post_first(set, [](std::optional<bool>) {}));
}

void SqliteJournal::append(JournalBatch batch) {
  const uint64_t last = batch.entries.empty() ? 0 : batch.entries.back()->seq;
  const auto shared = std::make_shared<JournalBatch>(std::move(batch));
  const bool posted =
      worker_.post_first([this, shared] { return commit(*shared); },
                         [this, last](const std::optional<Stored>& stored) {
                           if (!stored || !stored->trouble.empty()) {
                             return refuse(stored ? stored->trouble : "an unexpected error");
                           }
                           if (!std::exchange(storing_, true))
                             log::info("the journal stores again");
                           kept_ = stored->kept;
                           last_committed_ = std::max(last_committed_, last);
                           listener_->stored();
                         });
  if (!posted) {
    asio::post(loop_, [this] { listener_->refused("the hub stops"); });
  }
}

void SqliteJournal::refuse(const std::string& trouble) {
  if (std::exchange(storing_, false)) {
    log::error("the journal can't store: live clients go on, nothing is kept", {{"why", trouble}});
  }
  listener_->refused(trouble);
}

// On the helper thread.
SqliteJournal::Stored SqliteJournal::commit(const JournalBatch& batch) {
  Stored stored;
  try {
    store_->commit(batch, clock_.wall());
    stored.kept = store_->kept();
  } catch (const SQLite::Exception& exception) {
    stored.trouble = path_ + ": " + exception.what();
    if (is_damage(exception.getErrorCode())) suspect_journal_database(path_);
  }
  return stored;
}

void SqliteJournal::read(uint64_t after_seq, std::size_t bytes_max,
                         std::function<void(JournalPage)> done) {
  const auto answer = [this, done](std::optional<JournalPage> page) {
    if (page) return done(*std::move(page));
    answer_later([done] { done({}); });  // it is asked again
  };
  const bool posted = worker_.post(
      [this, after_seq, bytes_max] { return reader_->page(after_seq, bytes_max); }, answer);
  if (!posted) answer_later([done] { done({}); });
}

void SqliteJournal::answer_later(std::function<void()> answer) {
  const auto timer = std::make_shared<asio::steady_timer>(loop_, kReadRetry);
  timer->async_wait([timer, answer = std::move(answer)](const asio::error_code& error) {
    if (!error) answer();
  });
}

void SqliteJournal::find(WallTime since, std::function<void(uint64_t)> done) {
  const auto answer = [done](std::optional<uint64_t> after) { done(after.value_or(0)); };
  if (!worker_.post([this, since] { return reader_->find(since); }, answer)) {
    asio::post(loop_, [done] { done(0); });
  }
}

}  // namespace picket::hub
