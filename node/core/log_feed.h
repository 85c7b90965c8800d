// One hub's share of the auth log: read from where that hub has it, no faster than it grants, and
// again where it asks. The log is the buffer: what may not be sent is not read. No files, no
// clock: it is handed both.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "node/auth_log/log_source.h"
#include "node/auth_log/read_line.h"
#include "node/core/held_line.h"
#include "node/core/log_allowance.h"
#include "node/core/log_batch.h"
#include "node/core/log_bookmark.h"
#include "node/core/log_feeds.h"
#include "node/core/log_host.h"
#include "picket/v1/node_link.pb.h"

namespace picket::node {

/// The link that a feed tells its hub by.
class LogFeedLink {
 public:
  virtual ~LogFeedLink() = default;
  /// LogFeed::next() may have something: ask it when the link has room.
  virtual void on_log_ready() = 0;
  /// What LogFeed::add_health() says has changed.
  virtual void on_log_health() = 0;
};

class LogFeed {
 public:
  /// `first`: where to begin if neither the hub nor the bookmark knows. All references outlive it.
  LogFeed(LogFeeds& feeds, const Clock& clock, LogBookmark& bookmark, LogStart first = FromNow{});
  ~LogFeed();
  LogFeed(const LogFeed&) = delete;
  LogFeed& operator=(const LogFeed&) = delete;

  // ---- of the link
  void on_welcome(LogFeedLink& link, const v1::Welcome& welcome);
  void on_granted(const v1::LogGranted& granted);
  void on_acknowledged(const v1::LogAcknowledged& acknowledged);
  void on_again(const v1::LogAgain& again);
  void on_closed();
  /// What to send next, if there is something and the hub has granted it. Reads a bounded piece of
  /// the log; on_log_ready() follows if there is more.
  std::optional<v1::LogEvents> next();
  /// What the hub grants, which all that is sent on the link shares.
  LogAllowance& allowance() { return allowance_; }

  // ---- of the log
  void wake();
  void reopen();
  /// Says in the collector's value that this hub slows it, if so.
  void add_health(v1::ResourceValue& value) const;
  /// Adds what a refresh tells: how far was read, and what the lines were.
  void add_counts(v1::ResourceValue& value) const;

 private:
  bool open();
  void begin(LogStart start);
  bool read_into(LogBatch& batch);
  bool tell(const SourcedLine& line, LogBatch& batch);
  std::string key_name_of(const v1::Event& event);
  void count(Reading::Verdict verdict);
  bool may_send() const { return allowance_.left() >= kEventsOfLine; }
  void on_held_up();
  void on_caught_up();
  Milliseconds behind() const;
  std::optional<v1::LogEvents> finish(LogBatch batch);

  // A line has one event, and before it there may be a gap to tell.
  static constexpr uint64_t kEventsOfLine = 2;

  LogFeeds& feeds_;
  const Clock& clock_;
  LogBookmark& bookmark_;
  LogStart first_;
  bool is_coming_ = false;  // what the line just read waits for
  LineReader reader_;

  // Of the link; without one nothing is read.
  LogFeedLink* link_ = nullptr;
  std::vector<v1::LogPosition> stored_;  // by the welcome
  LogAllowance allowance_;
  uint64_t round_ = 0;
  std::optional<SteadyTime> held_up_since_;
  std::optional<SteadyTime> told_behind_;  // when the health last said "throttled"

  std::unique_ptr<LogSource> source_;
  std::unique_ptr<HeldLine> held_;
  std::optional<LogStart> begun_;        // on this link
  std::optional<v1::LogPosition> read_;  // the last line since then
  uint64_t told_through_ = 0;            // of the instance that `read_` is in
  SteadyTime told_at_;

  std::optional<v1::LogPosition> acknowledged_;
  std::optional<SteadyTime> saved_at_;
  v1::AuthLog counts_;  // since the agent started
};

}  // namespace picket::node
