// The updates of this run that live subscribers were told and that could not be stored: whoever
// takes only what is stored is told of them as missed. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hub/core/journal.h"

namespace picket::hub {

class UnstoredRanges {
 public:
  /// Rising seqs only; those without a stored update between them are one range.
  void add(uint64_t seq, bool continues);
  /// The range that `seq` lies in, or null.
  const Unstored* find(uint64_t seq) const;
  /// What of them lies in (after, through], ascending.
  std::vector<Unstored> between(uint64_t after, uint64_t through) const;

 private:
  std::vector<Unstored> ranges_;
};

}  // namespace picket::hub
