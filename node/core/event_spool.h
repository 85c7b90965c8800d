// Local events between their acceptance and the journals of all hubs: numbered, on stable storage
// before anybody is told that they were accepted, and dropped when every hub has stored them. No
// files: it is handed one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "picket/v1/node_state.pb.h"

namespace picket::node {

class EventFeed;

/// What a spool's file holds.
struct SpoolContents {
  std::string instance;
  uint64_t next = 1;  // the number of the event to come
  std::deque<v1::SpooledEvent> events;
};

/// The file. One call at a time: the next comes after `done`, which may be called at once.
class EventSpoolFile {
 public:
  using Done = std::function<void(const Status& stored)>;
  virtual ~EventSpoolFile() = default;
  /// Adds events; an error leaves the file as it was.
  virtual void append(const std::vector<v1::SpooledEvent>& events, Done done) = 0;
  /// Puts another content in place of the file's.
  virtual void replace(const SpoolContents& contents, Done done) = 0;
};

class EventSpool {
 public:
  /// Nothing, or why the event is refused.
  using Accepted = std::function<void(const std::optional<std::string>& refused)>;

  /// `contents`: what the file holds; `is_whole`: false if it has to be written anew first.
  EventSpool(EventSpoolFile& file, SpoolContents contents, bool is_whole);
  EventSpool(const EventSpool&) = delete;
  EventSpool& operator=(const EventSpool&) = delete;

  /// `event`, encoded. `accepted` is called once, as soon as it is known, perhaps at once.
  void add(WallTime at, std::string event, Accepted accepted);

  const std::string& instance() const { return instance_; }
  /// The number of the last event there ever was; 0: none.
  uint64_t last() const { return next_ - 1; }
  /// The first stored event whose number is higher; null: none.
  const v1::SpooledEvent* after(uint64_t number) const;

  // ---- of the feeds, one for each hub; all are there before the first event or release
  void attach(EventFeed& feed) { feeds_.insert(&feed); }
  void detach(EventFeed& feed) { feeds_.erase(&feed); }
  /// Drops what all feeds have acknowledged.
  void release();
  /// A hub has events up to there, though none came from here: the file is older than it was.
  void skip_to(uint64_t number);

 private:
  struct Waiting {
    v1::SpooledEvent event;
    Accepted accepted;
  };

  bool is_compaction_due() const;
  void write();
  void written(const std::vector<Waiting>& batch, std::optional<std::size_t> replaced_bytes,
               const Status& stored);

  EventSpoolFile& file_;
  std::string instance_;
  uint64_t next_;
  std::deque<v1::SpooledEvent> stored_;
  std::size_t stored_bytes_;
  std::size_t file_bytes_;  // with what was released since the file was written anew
  std::vector<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;  // also of what is being written
  bool is_writing_ = false;
  bool is_whole_;
  std::set<EventFeed*> feeds_;
};

}  // namespace picket::node
