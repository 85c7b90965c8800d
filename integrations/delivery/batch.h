// What waits to be told, as one message: of each rule each thing in its own words while that is
// few, else how many of what. So what a rule has much of never hides what another has. Bounded,
// however much waits. Pure.
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
  struct Numbered {
    uint64_t number = 0;  // in which order they came
    Item item;
  };
  struct OfRule {
    uint64_t items = 0;
    uint64_t failed_before = 0;
    v1::CountedEvents events;
    Mark worst = Mark::kPlain;
    WallTime oldest;
    std::vector<Numbered> first;  // kParagraphsMax of them
  };
  /// A paragraph, and the place that it has among others.
  using Placed = std::pair<uint64_t, Paragraph>;

  static void count_item(OfRule& of_rule, const Item& item);
  static OfRule late_of(const OfRule& of_rule, WallTime now);
  static void tell_each(const std::string& rule, const OfRule& of_rule, WallTime now,
                        std::vector<Placed>& paragraphs);

  void tell_rules(WallTime now, std::vector<Placed>& paragraphs, Message& message) const;

  uint64_t items_ = 0;
  std::vector<Numbered> whole_;  // which have their places before all others
  std::map<std::string, OfRule> by_rule_;
};

}  // namespace picket::delivery
