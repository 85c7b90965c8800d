// One subscriber's cursor in the journal: not a queue. At the head it is served from the ring;
// behind it, from the stored journal page by page as its socket drains; a slow one costs a cursor
// and at most one page.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/core/journal.h"
#include "hub/core/ring.h"
#include "hub/core/selector.h"
#include "hub/core/unstored.h"

namespace picket::hub {

/// The current values of all nodes as of `seq`, encoded; shared by those who ask at the same seq.
struct Snapshot {
  struct Frame {
    std::string node;
    std::string bytes;
  };
  uint64_t seq = 0;
  std::vector<Frame> frames;
};

class Subscription {
 public:
  struct Start {
    uint64_t after_seq = 0;
    UpdateFilter filter;
    bool durable = false;
    std::shared_ptr<const Snapshot> snapshot;  // null: none asked; else after_seq is its seq
    std::optional<JournalGap> gap = {};        // told first
  };
  /// Where it reads; all outlive it. `committed_seq`: as committed() told the others last.
  struct Sources {
    const Ring& ring;
    const UnstoredRanges& unstored;
    Journal& journal;
    uint64_t committed_seq = 0;
  };
  /// `wake` is called when pull() may have something after it had nothing.
  Subscription(const Sources& sources, Start start, std::function<void()> wake);
  ~Subscription();
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  /// As LinkHandler::pull and pulled.
  void pull(std::size_t bytes_max, std::vector<std::string_view>& frames);
  void pulled(std::size_t count);

  /// There may be something new: tells the link, which will pull.
  void wake() const { wake_(); }
  /// Everything up to `seq` is committed: durable subscribers may have it.
  void committed(uint64_t seq);
  /// Told to durable subscribers when the journal stops or starts to store.
  void storing(bool storing);

 private:
  // A frame offered by the last pull() and where the cursor is once it was taken.
  struct Offered {
    Ring::Position ring = 0;
    std::size_t index = 0;  // in the snapshot or the page
    uint64_t seq = 0;
  };
  void pull_snapshot(std::size_t bytes_max, std::vector<std::string_view>& frames);
  void pull_page(std::size_t bytes_max, std::vector<std::string_view>& frames);
  void pull_ring(std::size_t bytes_max, std::vector<std::string_view>& frames);
  void find_place();
  void read_page();
  void take_page(JournalPage page, uint64_t evicted_seq);
  void end_page();
  void tell_gap(const JournalGap& gap);
  void pass_unstored(uint64_t through);
  void skip_unstored(uint64_t seq);
  void control(const v1::HubToClient& message);
  void send_progress();
  void send_live();
  bool may_have(const JournalEntry& entry) const;

  enum class Place { kSnapshot, kSeeking, kReading, kPage, kRing };

  const Ring& ring_;
  const UnstoredRanges& unstored_;
  Journal& journal_;
  UpdateFilter filter_;
  bool durable_;
  std::function<void()> wake_;

  Place place_ = Place::kSeeking;
  uint64_t seq_;  // everything up to here was sent or did not match
  Ring::Position ring_position_ = 0;
  std::shared_ptr<const Snapshot> snapshot_;
  std::vector<JournalEntryPtr> page_;
  uint64_t page_end_ = 0;  // once the page was sent, everything up to here was
  std::size_t index_ = 0;  // of the next frame of the snapshot or page
  uint64_t committed_seq_;
  bool live_sent_ = false;
  std::size_t unmatched_ = 0;                  // updates passed over since the last frame
  std::map<std::string, uint64_t> told_gaps_;  // of one node: through which seq it was told

  std::deque<std::string> control_;  // live, progress, missed, storing: sent before anything else
  bool offered_control_ = false;
  std::vector<Offered> offered_;
  // Cleared in the destructor, so that a late answer of the journal finds nobody.
  std::shared_ptr<Subscription*> alive_;
};

}  // namespace picket::hub
