// One hub's share of the local events: from where that hub has them, no faster than it grants, and
// again where it asks. No files, no clock.
#pragma once

#include <cstdint>
#include <optional>

#include "node/core/event_spool.h"
#include "node/core/log_allowance.h"
#include "node/core/log_bookmark.h"
#include "node/core/log_feed.h"
#include "picket/v1/node_link.pb.h"

namespace picket::node {

class EventFeed {
 public:
  /// A hub without a bookmark is new: it gets what comes from now on. All references outlive it;
  /// `spool` is null where no local events are taken.
  EventFeed(EventSpool* spool, LogBookmark& bookmark);
  ~EventFeed();
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  /// Whether a position is one of local events.
  static bool is_of(const v1::LogPosition& position);

  // ---- of the link
  void on_welcome(LogFeedLink& link, const v1::Welcome& welcome);
  void on_acknowledged(const v1::LogAcknowledged& acknowledged);
  void on_again(const v1::LogAgain& again);
  void on_closed() { link_ = nullptr; }
  /// What to send next, if there is something and the hub has granted it.
  std::optional<v1::LogEvents> next(LogAllowance& allowance);

  // ---- of the spool
  void wake();
  /// The hub has stored everything up to this number.
  uint64_t acknowledged() const { return acknowledged_; }

 private:
  void set_acknowledged(uint64_t number);

  EventSpool* spool_;
  LogBookmark& bookmark_;
  LogFeedLink* link_ = nullptr;
  uint64_t acknowledged_ = 0;
  uint64_t sent_ = 0;  // the last number, on this link
  uint64_t round_ = 0;
};

}  // namespace picket::node
