// What waits to be told, as one message: each thing in its own words while that is few, else how
// many of what. Bounded, however much waits. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "integrations/delivery/item.h"
#include "picket/v1/bridge_state.pb.h"

namespace picket::delivery {

/// What is older than this when it is told is news no more, and told as a digest.
inline constexpr auto kAgeMax = std::chrono::hours(1);

class Batch {
 public:
  void add(Item item);
  bool empty() const { return items_ == 0; }
  /// Of what.
  std::vector<std::string> rules() const;
  Message compose(WallTime now) const;

 private:
  struct Digest {
    uint64_t items = 0;
    v1::CountedEvents events;
  };
  Paragraph paragraph_of(const std::string& rule, const Digest& digest, WallTime now) const;

  uint64_t items_ = 0;
  WallTime oldest_;
  std::vector<Paragraph> paragraphs_;  // the first kParagraphsMax
  std::map<std::string, Digest> by_rule_;
};

}  // namespace picket::delivery
